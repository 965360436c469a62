"""What is read for the engine, at the edges of the days asked about."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.schedule import Slot
from booking.selectors.availability import _with_days, hidden_by
from booking.selectors.offers import find_offers
from booking.slots import HiddenBy
from core import clock
from tests.factories import AbsenceFactory, AgendaFactory, AgendaReasonFactory, OpeningHoursFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def night_offer():
    """Visits of 20 minutes from 23:00 to 03:00."""
    agenda = AgendaFactory()
    OpeningHoursFactory(agenda=agenda, start_time=time(23), end_time=time(3), span_days=1)
    AgendaReasonFactory(agenda=agenda, step_minutes=10)
    return find_offers(agenda.reasons.get().visit_reason.uid, [agenda.uid])[0]


def late_on(offer, day: date) -> datetime:
    return clock.combine(day, time(23, 50), ZoneInfo(offer.agenda.location.timezone))


def test_visit_over_midnight_meets_the_absence_of_the_next_day(night_offer):
    day = clock.today(ZoneInfo(night_offer.agenda.location.timezone)) + timedelta(days=3)
    start, now = late_on(night_offer, day), clock.now()
    assert hidden_by(night_offer, start, now=now) is None
    AbsenceFactory(agenda=night_offer.agenda, starts_on=day + timedelta(days=1))
    assert hidden_by(night_offer, start, now=now) == HiddenBy.ABSENCE
    assert hidden_by(night_offer, start - timedelta(minutes=10), now=now) is None


@pytest.mark.parametrize(
    ("zone", "around"),
    [
        ("Europe/Paris", datetime(2026, 3, 29, tzinfo=UTC)),
        ("Europe/Paris", datetime(2026, 10, 25, tzinfo=UTC)),
        # The clock goes back at midnight, and a date that did not exist.
        ("America/Sao_Paulo", datetime(2018, 2, 18, tzinfo=UTC)),
        ("Pacific/Apia", datetime(2011, 12, 30, tzinfo=UTC)),
        ("America/Miquelon", datetime(2026, 11, 1, tzinfo=UTC)),
    ],
)
def test_each_slot_is_dealt_to_its_local_date(zone, around):
    starts = [around + timedelta(minutes=20 * step) for step in range(-400, 400)]
    slots = [Slot(start, start + timedelta(minutes=20)) for start in starts]

    dealt = list(_with_days(slots, ZoneInfo(zone)))

    assert dealt == [(clock.local_date(slot.start, ZoneInfo(zone)), slot) for slot in slots]
