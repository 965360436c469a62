"""« Pourquoi aucun créneau ? »: each hidden start of a day with its rule, in words, and what closes the whole offer."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from booking.refusals import HiddenBy
from booking.selectors.why_hidden import why_hidden
from booking.setup_why_words import CLOSED, HIDDEN
from core import clock
from practitioners.enums import BlockCause
from practitioners.models import OnlineBlock
from tests.booking.desk.browsing import browser_of
from tests.desk import desk, statements
from tests.factories import AbsenceFactory, AppointmentFactory

__all__ = ["desk"]
pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 10)
ZONE = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def at_eight():
    with time_machine.travel(clock.combine(DAY, time(9, 30), ZONE), tick=False):
        yield


def ask(desk, day=DAY):
    found = why_hidden(desk.actor("martin"), agenda=desk.agenda.uid, visit_reason=desk.offer.visit_reason.uid, day=day)
    return found, [(run.rule, f"{run.first.astimezone(ZONE):%H:%M}", run.count) for run in found.runs]


def test_every_rule_has_its_words():
    assert HIDDEN.keys() == set(HiddenBy)
    assert set(BlockCause) <= CLOSED.keys()


def test_a_day_is_told_run_by_run(desk):
    tomorrow = DAY + timedelta(days=1)
    start = clock.combine(tomorrow, time(11), ZONE)
    AppointmentFactory(agenda=desk.agenda, start_at=start, end_at=start + timedelta(minutes=20))
    AbsenceFactory(
        agenda=desk.agenda, starts_on=tomorrow, ends_on=tomorrow, start_time=time(12), end_time=time(14), span_days=0
    )
    found, runs = ask(desk, tomorrow)
    assert runs == [(HiddenBy.TAKEN, "11:00", 1), (HiddenBy.ABSENCE, "12:00", 6)]
    assert len(found.free) == 24 - 7


def test_notice_past_and_horizon_are_told(desk):
    assert ask(desk)[1] == [(HiddenBy.PAST, "09:00", 2), (HiddenBy.NOTICE, "09:40", 3)]
    assert ask(desk, DAY + timedelta(days=200))[1] == [(HiddenBy.HORIZON, "09:00", 24)]


def test_quota_and_buffers_are_told(desk):
    offer, tomorrow = desk.offer, DAY + timedelta(days=1)
    start = clock.combine(tomorrow, time(11), ZONE)
    AppointmentFactory(
        agenda=desk.agenda, visit_reason=offer.visit_reason, start_at=start, end_at=start + timedelta(minutes=20)
    )
    offer.buffer_after_minutes = 10
    offer.save()
    assert (HiddenBy.BUFFER, "10:40", 1) in ask(desk, tomorrow)[1]
    offer.daily_quota = 1
    offer.save()
    assert {rule for rule, _, _ in ask(desk, tomorrow)[1]} == {HiddenBy.QUOTA, HiddenBy.TAKEN, HiddenBy.BUFFER}


def test_holidays_and_days_without_hours_are_told(desk):
    desk.agenda.opening_hours.update(open_on_holidays=False)
    found, runs = ask(desk, date(2026, 11, 11))
    assert runs == [(HiddenBy.HOLIDAY, "09:00", 24)]
    assert found.is_holiday
    desk.agenda.opening_hours.update(weekdays=[1])
    found, runs = ask(desk, DAY + timedelta(days=2))
    assert not found.has_grid
    assert runs == []


def test_what_closes_the_whole_offer_is_told(desk):
    OnlineBlock.objects.create(agenda=desk.agenda, cause=BlockCause.OWNER)
    desk.agenda.accepts_new_patients = False
    desk.agenda.save()
    found, _ = ask(desk)
    assert found.closed_by == ["owner", "no_new_patients"]
    response = browser_of(desk, "martin").get(reverse("desk:setup_why", args=[desk.agenda.uid]))
    content = response.content.decode()
    assert "fermé à la réservation en ligne par le cabinet" in content
    assert "Nouveaux patients refusés" in content
    assert "demande un délai" in content


@pytest.mark.parametrize(
    "query", ["?jour=2026-02-31", "?jour=hier&motif=", "?motif=x", "?jour=9999-12-31", "?jour=0001-01-01"]
)
def test_odd_questions_are_answered_with_a_page(desk, query):
    url = reverse("desk:setup_why", args=[desk.agenda.uid]) + query
    assert browser_of(desk, "martin").get(url).status_code == 200


def test_the_question_takes_the_same_statements_whatever_the_day(desk):
    client = browser_of(desk, "martin")
    url = reverse("desk:setup_why", args=[desk.agenda.uid])
    client.get(url)
    _, few = statements(lambda: client.get(f"{url}?jour={DAY.isoformat()}"))
    for hour in (11, 13, 15):
        start = clock.combine(DAY + timedelta(days=1), time(hour), ZONE)
        AppointmentFactory(agenda=desk.agenda, start_at=start, end_at=start + timedelta(minutes=20))
    response, many = statements(lambda: client.get(f"{url}?jour={DAY + timedelta(days=1)}"))
    assert len(response.context["runs"]) == 3
    assert few == many
