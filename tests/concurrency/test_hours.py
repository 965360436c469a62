"""Case 50: an absence or a window saved while a visit is being booked. One order for both, whoever comes first."""

from datetime import datetime, time, timedelta
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from booking.recurrence import Frequency
from booking.selectors.affected import visits_outside_hours, visits_under
from booking.selectors.hours import agenda_arranged
from booking.services import _agenda_rules, _booking
from booking.services.absences import add_absence
from booking.services.opening import change_opening
from core import clock
from core.access import Actor, Space
from tests.concurrency.conftest import book, free_starts
from tests.concurrency.rivals import outcomes, race
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)

WAIT = 10


@pytest.fixture
def owner(offer):
    membership = MembershipFactory(practice=offer.agenda.practice)
    return Actor(user_id=membership.user_id, space=Space.PRACTICE, practice_id=membership.practice_id, strong=True)


@pytest.fixture
def slow_booking(monkeypatch):
    """A booking that stands still between its check and its insertion: `checked` is set there, `go` lets it go on."""
    checked, go, check = Event(), Event(), _booking.check_start

    def check_then_wait(*args: Any, **kwargs: Any) -> None:
        check(*args, **kwargs)
        checked.set()
        assert go.wait(WAIT)

    monkeypatch.setattr(_booking, "check_start", check_then_wait)
    return checked, go


def absence_at(owner, offer, start: datetime) -> int:
    """Notes an absence over this start; how many visits the answer lists."""
    wall = start.astimezone(ZoneInfo(offer.agenda.location.timezone))
    hours = {"start_time": wall.time(), "end_time": (wall + timedelta(minutes=20)).time()}
    fields = {"frequency": Frequency.ONCE, "starts_on": wall.date(), **hours}
    return visits_under(owner, add_absence(actor=owner, agenda=offer.agenda.uid, fields=fields)).count


def during(slow_booking, act, *, patience: float):
    """Does `act` once the booking has been checked, and lets the booking go on when it is done or after `patience`."""
    checked, go = slow_booking
    done = Event()

    def rival():
        assert checked.wait(WAIT)
        try:
            return act()
        finally:
            done.set()

    def release():
        assert checked.wait(WAIT)
        done.wait(patience)
        go.set()

    return rival, release


def test_case_50_an_absence_misses_the_visit_being_booked_when_the_lock_is_off(
    monkeypatch, slow_booking, offer, owner, people
):
    monkeypatch.setattr(_agenda_rules, "lock_performers", lambda *ids: None)
    start = free_starts(offer)[0]
    rival, release = during(slow_booking, lambda: absence_at(owner, offer, start), patience=WAIT)

    booked, listed, _ = race([lambda: book(people(1)[0], offer, start), rival, release])

    assert booked.start_at == start
    assert listed == 0


def test_case_50_an_absence_waits_for_the_visit_being_booked_and_lists_it(slow_booking, offer, owner, people):
    start = free_starts(offer)[0]
    rival, release = during(slow_booking, lambda: absence_at(owner, offer, start), patience=0.5)

    booked, listed, _ = race([lambda: book(people(1)[0], offer, start), rival, release])

    assert booked.start_at == start
    assert listed == 1


def test_case_50_a_moved_window_waits_for_the_visit_being_booked_and_lists_it(slow_booking, offer, owner, people):
    start = free_starts(offer)[0]
    window = offer.agenda.opening_hours.get()

    def shorten() -> int:
        change_opening(actor=owner, opening=window.uid, changes={"start_time": time(12)})
        return visits_outside_hours(owner, agenda_arranged(owner, offer.agenda.uid)).count

    rival, release = during(slow_booking, shorten, patience=0.5)

    booked, listed, _ = race([lambda: book(people(1)[0], offer, start), rival, release])

    assert booked.start_at == start
    assert listed == 1


def test_case_50_bookings_and_absences_at_once_are_refused_or_listed(offer, owner, people):
    starts = free_starts(offer)[:6]
    actors = people(len(starts))
    acts = [
        act
        for pair in zip(
            [
                lambda actor=actor, start=start: book(actor, offer, start)
                for actor, start in zip(actors, starts, strict=True)
            ],
            [lambda start=start: absence_at(owner, offer, start) for start in starts],
            strict=True,
        )
        for act in pair
    ]

    results = race(acts)

    for booked, listed in zip(results[::2], results[1::2], strict=True):
        refused = getattr(booked, "code", "")
        assert (refused, listed) in {("", 1), ("not_offered", 0)}
    assert set(outcomes(results)) <= {"ok", "not_offered"}
    assert clock.now() < starts[0]
