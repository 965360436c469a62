"""Why no slot: each hidden start of one day with its rule, for those who run the agenda."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from core import clock
from practitioners.enums import BlockCause, Mode, VerificationState
from practitioners.models import OnlineBlock
from tests.desk import on_the_wall, problem, statements
from tests.factories import AbsenceFactory, AppointmentFactory, OpeningHoursFactory

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
MISSING = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def day():
    return clock.today(PARIS) + timedelta(days=3)


def ask(desk, day, name="sophie", agenda=None, reason=None):
    agenda = agenda or desk.agenda
    reason = reason or agenda.reasons.get().visit_reason
    return desk.call(
        name,
        "get",
        f"/agendas/{getattr(agenda, 'uid', agenda)}/hidden-starts"
        f"?visit_reason={getattr(reason, 'uid', reason)}&date={day}",
    )


def test_each_hidden_start_names_its_rule(desk, day):
    window = desk.agenda.opening_hours.get()
    at = clock.combine(day, window.start_time, PARIS)
    AppointmentFactory(agenda=desk.agenda, start_at=at)
    AbsenceFactory(
        agenda=desk.agenda,
        starts_on=day,
        start_time=window.start_time.replace(hour=10),
        end_time=window.start_time.replace(hour=10, minute=30),
        span_days=0,
    )

    answer = ask(desk, day).json()

    assert (answer["date"], answer["timezone"], answer["closed_by"]) == (day.isoformat(), "Europe/Paris", [])
    found = {on_the_wall(row["start"]): row["rule"] for row in answer["starts"]}
    assert found == {
        at: "taken",
        at + timedelta(hours=1): "absence",
        at + timedelta(hours=1, minutes=20): "absence",
    }
    assert all(on_the_wall(row["end"]) - on_the_wall(row["start"]) == timedelta(minutes=20) for row in answer["starts"])


def test_days_beyond_the_calendar_answer_too(desk, day):
    assert {row["rule"] for row in ask(desk, day - timedelta(days=30)).json()["starts"]} == {"past"}
    assert {row["rule"] for row in ask(desk, day + timedelta(days=200)).json()["starts"]} == {"horizon"}


def test_what_closes_the_whole_offer_is_named(desk, day):
    OnlineBlock.objects.create(agenda=desk.agenda, cause=BlockCause.BILLING)
    OnlineBlock.objects.create(agenda=desk.agenda, cause=BlockCause.OWNER, closed_at=clock.now())
    offer = desk.offer
    offer.online, offer.modes = False, [Mode.VIDEO]
    offer.save()
    desk.agenda.practitioner.verification = VerificationState.DECLARED
    desk.agenda.practitioner.save()
    desk.call("martin", "patch", f"/visit-reasons/{offer.visit_reason.uid}", {"archived": True})

    assert ask(desk, day).json()["closed_by"] == ["billing", "unverified", "archived", "offline", "no_mode"]


@pytest.mark.parametrize("name", ["lea", "ended", "pending", "later", "diallo", "alice"])
def test_hidden_starts_are_for_those_who_arrange_the_agenda(desk, day, name):
    assert problem(ask(desk, day, name, desk.second)) == (404, "not_found")


def test_agendas_and_reasons_of_others_are_like_none(desk, day):
    theirs, mine = desk.elsewhere.reasons.get().visit_reason, desk.offer.visit_reason
    answers = {
        ask(desk, day, agenda=agenda, reason=reason).content
        for agenda, reason in (
            (desk.agenda, theirs),
            (desk.elsewhere, theirs),
            (desk.elsewhere, mine),
            (desk.second, desk.second.reasons.get().visit_reason),
            (desk.agenda, MISSING),
            (MISSING, mine),
        )
    }

    assert len(answers) == 1
    assert problem(ask(desk, day, reason=MISSING)) == (404, "not_found")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "date=2026-12-01",
        "visit_reason={reason}",
        "visit_reason={reason}&date=0000-01-01",
        "visit_reason={reason}&date=0001-01-01",
        "visit_reason={reason}&date=9999-12-31",
        "visit_reason={reason}&date=1999-12-31",
        "visit_reason={reason}&date=2026-12",
        "visit_reason={reason}&date=2026-12-01T10:00",
        "visit_reason=first&date=2026-12-01",
    ],
)
def test_a_question_that_cannot_be_is_refused(desk, query):
    query = query.format(reason=desk.offer.visit_reason.uid)

    assert problem(desk.call("sophie", "get", f"/agendas/{desk.agenda.uid}/hidden-starts?{query}")) == (400, "invalid")


def test_the_answer_takes_as_many_statements_whatever_hides(desk, day):
    ask(desk, day)
    _, few = statements(lambda: ask(desk, day))
    at = clock.combine(day, desk.agenda.opening_hours.get().start_time, PARIS)
    for minutes in (0, 20, 40):
        AppointmentFactory(agenda=desk.agenda, start_at=at + timedelta(minutes=minutes))
        OpeningHoursFactory(agenda=desk.agenda)
    answer, many = statements(lambda: ask(desk, day))

    assert len(answer.json()["starts"]) == 3
    assert few == many
