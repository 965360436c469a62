"""The practice's figures: each count against visits written by hand, whose figures they are, and the CSV."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.enums import Channel, Status
from booking.models import Appointment
from booking.selectors.figures import agendas_counted, figures_of
from booking.views.desk.figures import _round_up
from patients.models import PatientRecord
from tests.booking.desk.browsing import browser_of
from tests.desk import desk
from tests.factories import AbsenceFactory, AgendaReasonFactory, AppointmentFactory, SpecialtyFactory

__all__ = ["desk"]
pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 9)
SUNDAY = MONDAY + timedelta(days=6)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel("2026-11-16T09:00:00Z", tick=False):
        yield


def visit(agenda, day, hour, *, ahead=3, status=Status.SEEN, minutes=20, **more):
    start = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    row = AppointmentFactory(
        agenda=agenda,
        visit_reason=agenda.reasons.get().visit_reason,
        start_at=start,
        end_at=start + timedelta(minutes=minutes),
        status=status,
        **more,
    )
    Appointment.objects.filter(pk=row.pk).update(created_at=start - timedelta(days=ahead))
    return row


def figures(desk, name="martin", first=MONDAY, last=SUNDAY, **more):
    actor = desk.actor(name)
    return figures_of(actor, agendas_counted(actor), first_day=first, last_day=last, **more)


def test_two_reasons_of_one_name_bear_their_specialty(desk):
    for agenda, specialty in ((desk.agenda, "Pédiatre"), (desk.second, "Ostéopathe")):
        offer = agenda.reasons.first() or AgendaReasonFactory(agenda=agenda)
        reason = offer.visit_reason
        reason.name, reason.specialty = "Consultation", SpecialtyFactory(slug=specialty, name=specialty)
        reason.save()
        visit(agenda, MONDAY, 9)

    found = figures(desk, "anna")

    assert [line.label for line in found.by_reason] == ["Consultation (Ostéopathe)", "Consultation (Pédiatre)"]


@pytest.fixture
def week(desk):
    """Twelve visits seen, two missed, three cancelled, one of them by the practice; one person came twice."""
    for number in range(11):
        visit(desk.agenda, MONDAY + timedelta(days=number % 5), 8 + number // 5, ahead=number)
    again = Appointment.objects.earliest("start_at").record
    visit(desk.agenda, SUNDAY - timedelta(days=2), 13, ahead=11, record=again)
    for hour in (14, 15):
        visit(desk.agenda, MONDAY, hour, status=Status.NO_SHOW, ahead=4)
    visit(desk.second, MONDAY, 9, status=Status.CANCELLED_BY_PATIENT)
    visit(desk.agenda, MONDAY, 10, status=Status.EXCUSED)
    visit(desk.agenda, MONDAY, 10, status=Status.CANCELLED_BY_PRACTICE)
    return desk


def test_visits_are_counted_by_how_they_ended(week):
    whole = figures(week).whole

    assert (whole.visits, whole.seen, whole.no_shows) == (14, 12, 2)
    assert (whole.by_patient, whole.by_practice) == (2, 1)
    assert (whole.no_show_rate, whole.cancel_rate) == (14, 18)
    assert whole.newcomers == 13


def test_the_lead_time_is_the_median_and_imports_have_none(week):
    assert figures(week).whole.lead_days == 5

    Appointment.objects.update(channel=Channel.IMPORT)
    assert figures(week).whole.lead_days is None


def test_few_visits_give_counts_and_no_rate(desk):
    for number in range(9):
        visit(desk.agenda, MONDAY, 8 + number, status=Status.NO_SHOW)

    whole = figures(desk).whole
    assert (whole.no_shows, whole.no_show_rate, whole.lead_days, whole.cancel_rate) == (9, None, None, None)


def test_the_fill_rate_is_visits_inside_opened_time(desk):
    opening = desk.agenda.opening_hours.get()
    type(opening).objects.filter(pk=opening.pk).update(
        frequency="weekly", starts_on=MONDAY, weekdays=[1], start_time="09:00", end_time="13:00", span_days=0
    )
    visit(desk.agenda, MONDAY, 8, minutes=60)
    # Begins before the opening does: half of it counts.
    visit(desk.agenda, MONDAY, 11, minutes=120)
    visit(desk.agenda, MONDAY + timedelta(days=1), 8, minutes=60)
    line = next(line for line in figures(desk).by_agenda if line.opened == 240)
    assert (line.filled, line.fill_rate) == (120, 50)

    AbsenceFactory(
        agenda=desk.agenda, frequency="once", starts_on=MONDAY, start_time="11:00", end_time="12:00", span_days=0
    )
    line = next(line for line in figures(desk).by_agenda if line.filled)
    assert (line.opened, line.filled) == (180, 120)


def test_days_are_those_of_the_place(desk):
    """Half past eleven on Sunday evening in Universal Time is Monday in Paris."""
    visit(desk.agenda, MONDAY - timedelta(days=1), 23)
    visit(desk.agenda, SUNDAY, 23)

    found = figures(desk)
    assert found.whole.visits == 1
    assert [bar.visits for bar in found.bars] == [1, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(("days", "bars"), [(1, 1), (31, 31), (32, 5), (183, 27), (184, 7), (366, 13)])
def test_bars_are_days_weeks_or_months_and_hold_every_day_once(desk, days, bars):
    last = MONDAY + timedelta(days=days - 1)
    found = figures(desk, last=last).bars

    assert len(found) == bars
    assert (found[0].first, found[-1].last) == (MONDAY, last)
    assert all(before.last + timedelta(days=1) == after.first for before, after in pairwise(found))


@pytest.mark.parametrize(
    ("name", "visits"),
    [("martin", 15), ("sophie", 14), ("anna", 15), ("paul", 1), ("lea", 0), ("ended", 0), ("diallo", 0)],
)
def test_each_counts_the_agendas_they_run(week, name, visits):
    visit(week.second, MONDAY, 11)

    assert figures(week, name).whole.visits == visits


def test_one_agenda_alone(week):
    visit(week.second, MONDAY, 11)

    assert figures(week, agenda=week.second.uid).whole.visits == 1
    assert figures(week, agenda=week.elsewhere.uid).whole.visits == 0


def test_three_visits_take_as_many_statements_as_one(desk):
    martin = browser_of(desk, "martin")
    url = reverse("desk:figures")
    martin.get(url)
    counts = []
    for number in range(2):
        visit(desk.agenda, MONDAY, 8 + 3 * number)
        with CaptureQueriesContext(connection) as statements:
            assert martin.get(url).status_code == 200
        counts.append(len(statements))
        visit(desk.second, MONDAY, 9 + 3 * number)
        visit(desk.agenda, MONDAY, 10 + 3 * number)
    assert counts[0] == counts[1]


def test_no_patient_is_shown(week):
    names = {name for row in PatientRecord.objects.all() for name in (row.first_name, row.birth_name)}
    martin = browser_of(week, "martin")
    for url in (reverse("desk:figures"), reverse("desk:figures_csv")):
        page = martin.get(url, {"du": "2026-11-09", "au": "2026-11-15"}).content.decode()
        assert not [name for name in names if name and name in page]


@pytest.mark.parametrize(
    "query",
    [
        {"du": "2026-02-30"},
        {"du": ""},
        {"du": "2026-11-09", "au": "2026-11-01"},
        {"du": "2024-01-01", "au": "2026-01-01"},
        {"du": "0001-01-01", "au": "0001-01-02"},
        {"agenda": "c0ffee00-0000-4000-8000-000000000000"},
        {"agenda": "x' OR 1=1"},
    ],
)
def test_a_wrong_period_is_refused_on_the_page_and_in_the_file(desk, query):
    martin = browser_of(desk, "martin")

    assert martin.get(reverse("desk:figures"), query).status_code == 422
    assert martin.get(reverse("desk:figures_csv"), query).status_code == 422


def test_the_file_holds_the_lines_and_no_formula(week):
    reason = week.agenda.reasons.get().visit_reason
    type(reason).objects.filter(pk=reason.pk).update(name="=HYPERLINK(1)")
    martin = browser_of(week, "martin")

    answer = martin.get(reverse("desk:figures_csv"), {"du": "2026-11-09", "au": "2026-11-15"})

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert answer["Content-Disposition"] == 'attachment; filename="activite-2026-11-09-2026-11-15.csv"'
    assert rows[1][2] == "14"
    assert "'=HYPERLINK(1)" in [row[1] for row in rows]
    assert {len(row) for row in rows} == {11}


@pytest.mark.parametrize(("most", "top"), [(0, 4), (4, 4), (5, 8), (9, 20), (21, 40), (81, 200), (900, 2000)])
def test_the_scale_is_round(most, top):
    assert _round_up(most) == top
