"""Who is offered a free time next, when they are told and how long it is kept for them: the published order.

Pure: no clock of its own, no table. The page « Comment fonctionne la liste d'attente » says the same in words.

First come, first served: the earliest to join among those whom the time suits. Nobody is told in the quiet hours of
their own zone, nor more than three times a day; a time is kept for one person at a time, never inside the notice that
the practice asks for, and shorter as the start comes nearer, so that the next in line has a chance too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core import clock
from notifications.decent_hours import EARLIEST, LATEST, decent

OFFERS_A_DAY = 3
# So many offers in a row without an answer, and the person is taken off the list (and told).
SILENT_AT_MOST = 3
SHORTEST = timedelta(minutes=15)
# How long an offer lasts by the time left before the limit, the furthest first; never more than half of that time.
LENGTHS = (
    (timedelta(days=7), timedelta(hours=6)),
    (timedelta(days=2), timedelta(hours=3)),
    (timedelta(hours=12), timedelta(hours=1)),
)
LENGTH_SAME_DAY = timedelta(minutes=30)
_MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of one weekday (0 is Monday) on the wall of the place, half-open; an end at midnight is that of the day."""

    weekday: int
    start: time
    end: time

    def holds(self, wall: datetime) -> bool:
        return (
            wall.weekday() == self.weekday
            and self.start <= wall.time()
            and (self.end == _MIDNIGHT or wall.time() < self.end)
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """What suits a person. Dates are local to the place, included. `before`: only starts earlier than this instant."""

    windows: Sequence[Window] = ()
    earliest_on: date | None = None
    latest_on: date | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Freed:
    """A time that is free: an agenda (its key), half-open instants, the zone of the place.

    `bookable_until`: the last instant at which it may still be booked, that is the start less the notice. `told_from`:
    nobody is told before, as long as the practice may still take back the change that freed it.
    """

    agenda: int
    start: datetime
    end: datetime
    bookable_until: datetime
    zone: ZoneInfo
    told_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A person in line. `told_at` are the instants of their offers of late, whatever the entry; `asked` the (agenda,
    start) they were already offered. `zone` is their own. `answers_until`: their current visit moves no more after it.
    """

    key: int
    joined_at: datetime
    wish: Wish
    zone: ZoneInfo
    told_at: Sequence[datetime] = ()
    asked: frozenset[tuple[int, datetime]] = frozenset()
    answers_until: datetime | None = None
    is_asked_now: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is for which time: told at `told_at`, kept until `expires_at`."""

    person: Waiting
    freed: Freed
    told_at: datetime
    expires_at: datetime


def suits(wish: Wish, start: datetime, zone: ZoneInfo) -> bool:
    """Whether a start is among what the person asked for."""
    wall = start.astimezone(zone)
    if wish.before is not None and start >= wish.before:
        return False
    if wish.earliest_on is not None and wall.date() < wish.earliest_on:
        return False
    if wish.latest_on is not None and wall.date() > wish.latest_on:
        return False
    return not wish.windows or any(window.holds(wall) for window in wish.windows)


def next_turn(line: Iterable[tuple[Waiting, Iterable[Freed]]], *, now: datetime) -> Turn | None:
    """The first in line whom one of the times suits and who may be told of it in time, with the earliest such time.

    Each person comes with the free times of their reason and length.
    """
    for person, times in sorted(line, key=lambda one: (one[0].joined_at, one[0].key)):
        for freed in sorted(times, key=lambda freed: (freed.start, freed.agenda)):
            turn = turn_of(person, freed, now=now)
            if turn is not None:
                return turn
    return None


def turn_of(person: Waiting, freed: Freed, *, now: datetime) -> Turn | None:
    """The offer of this time to this person; None when it does not suit, or could not be told and answered decently."""
    if person.is_asked_now or (freed.agenda, freed.start) in person.asked:
        return None
    if not suits(person.wish, freed.start, freed.zone):
        return None
    told_at = decent(max(now, freed.told_from or now), person.zone)
    if offers_on_day_of(told_at, person) >= OFFERS_A_DAY:
        return None
    limit = freed.bookable_until
    if person.answers_until is not None:
        limit = min(limit, person.answers_until)
    expires_at = term(told_at, limit, person.zone)
    return None if expires_at is None else Turn(person, freed, told_at, expires_at)


def offers_on_day_of(moment: datetime, person: Waiting) -> int:
    """How many offers the person has on the same date of their own calendar."""
    day = clock.local_date(moment, person.zone)
    return sum(clock.local_date(told, person.zone) == day for told in person.told_at)


def term(told_at: datetime, limit: datetime, zone: ZoneInfo) -> datetime | None:
    """When an offer told then ends, in any case by `limit`; None when less than `SHORTEST` would be left to answer.

    Only hours in which one may be disturbed count: an offer of the evening goes on in the morning.
    """
    left = limit - told_at
    if left < SHORTEST:
        return None
    length = next((length for least, length in LENGTHS if left >= least), LENGTH_SAME_DAY)
    return min(limit, add_decent(told_at, max(SHORTEST, min(length, left / 2)), zone))


def add_decent(moment: datetime, length: timedelta, zone: ZoneInfo) -> datetime:
    """The instant by which so much time outside of quiet hours has passed since `moment`, itself outside of them."""
    while length > timedelta(0):
        evening = clock.combine(clock.local_date(moment, zone), LATEST, zone)
        today = min(length, evening - moment)
        moment, length = moment + today, length - today
        if length > timedelta(0):
            moment = decent(evening, zone)
    return moment


def is_decent(moment: datetime, zone: ZoneInfo) -> bool:
    return EARLIEST <= moment.astimezone(zone).time() < LATEST
