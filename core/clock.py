"""Time as the platform understands it: instants are UTC, wall-clock times belong to a place.

The only module that reads the current time or joins a date and a time of day. Inside the slot engine an instant is
an `int`: whole seconds since 1970-01-01 UTC. A naive datetime is never guessed at: it is refused with `ValueError`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ORDINAL_OF_1970 = _EPOCH.toordinal()


class ClockChange(NamedTuple):
    """The instant at which a place changes its UTC offset, and the offsets (seconds) on either side."""

    at: int
    before: int
    after: int


_assumed: ContextVar[datetime | None] = ContextVar("assumed", default=None)


def now() -> datetime:
    """The current instant, in UTC."""
    return _assumed.get() or datetime.now(UTC)


@contextmanager
def assumed(instant: datetime) -> Iterator[None]:
    """Let `now` be another instant for this block of this thread: to see what is made of it, never to act by it."""
    token = _assumed.set(instant)
    try:
        yield
    finally:
        _assumed.reset(token)


def today(zone: ZoneInfo) -> date:
    """The date on the wall of a place, now."""
    return local_date(now(), zone)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The date on the wall of a place at an aware instant. Raises `ValueError` for a naive one."""
    return _aware(instant).astimezone(zone).date()


def combine(day: date, wall_time: time, zone: ZoneInfo, *, fold_last: bool = False) -> datetime:
    """The instant (UTC, whole seconds) at which the clock of a place shows this date and time.

    A time that the spring change skips becomes the end of the gap. A time that the autumn change shows twice is its
    first occurrence, or the last one with `fold_last`. Raises `ValueError` when the time carries a zone of its own.
    """
    return instant(epoch(day, wall_time, zone, fold_last=fold_last))


def epoch(day: date, wall_time: time, zone: ZoneInfo, *, fold_last: bool = False) -> int:
    """Like `combine`, as whole seconds since 1970."""
    if wall_time.tzinfo is not None:
        raise ValueError("a wall-clock time carries no zone of its own")
    wall = _wall(day) + wall_time.hour * 3600 + wall_time.minute * 60 + wall_time.second
    offset = steady_offset(day, zone)
    if offset is not None:
        return wall - offset
    shown = datetime.combine(day, wall_time.replace(microsecond=0, fold=0))
    first, last = _offset(shown, zone), _offset(shown.replace(fold=1), zone)
    if first < last:
        return _change_between(wall - last, wall - first, zone).at
    return wall - (last if fold_last else first)


def epoch_of(moment: datetime) -> int:
    """Whole seconds since 1970 of an aware instant, its microseconds dropped. Raises `ValueError` for a naive one."""
    gap = _aware(moment) - _EPOCH
    return gap.days * DAY + gap.seconds


def instant(seconds: int) -> datetime:
    """The UTC datetime of an epoch second. Raises `ValueError` or `OverflowError` outside the years 1 to 9999."""
    return datetime.fromtimestamp(seconds, UTC)


def day_start(day: date, zone: ZoneInfo) -> int:
    """The first epoch second of a local date."""
    return epoch(day, time.min, zone)


@lru_cache(maxsize=16_384)
def steady_offset(day: date, zone: ZoneInfo) -> int | None:
    """The UTC offset (seconds) that holds all through a local date, both midnights included; None if it changes."""
    opening, closing = _midnights(day, zone)
    offsets = {*opening, *closing}
    return offsets.pop() if len(offsets) == 1 else None


@lru_cache(maxsize=1_024)
def clock_change(day: date, zone: ZoneInfo) -> ClockChange | None:
    """The change of offset that touches a local date, if any. A change at midnight touches both dates."""
    if steady_offset(day, zone) is not None:
        return None
    opening, closing = _midnights(day, zone)
    return _change_between(_wall(day) - max(opening), _wall(day) + DAY - min(closing), zone)


def _midnights(day: date, zone: ZoneInfo) -> tuple[tuple[int, int], tuple[int, int]]:
    """The possible offsets (first and last reading) of the midnights that open and close a date."""
    midnight = datetime.combine(day, time.min)
    opening = (_offset(midnight, zone), _offset(midnight.replace(fold=1), zone))
    if day == date.max:
        return opening, opening
    midnight += timedelta(days=1)
    return opening, (_offset(midnight, zone), _offset(midnight.replace(fold=1), zone))


def _change_between(low: int, high: int, zone: ZoneInfo) -> ClockChange:
    """Find the change of offset in `low < at <= high`, by halving: zoneinfo does not tell its transitions."""
    before, after = _offset_at(low, zone), _offset_at(high, zone)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset_at(middle, zone) == before:
            low = middle
        else:
            high = middle
    return ClockChange(high, before, after)


def _wall(day: date) -> int:
    """Seconds from 1970 to a date's midnight on a clock that stands at UTC."""
    return (day.toordinal() - _ORDINAL_OF_1970) * DAY


def _offset_at(seconds: int, zone: ZoneInfo) -> int:
    return _seconds(datetime.fromtimestamp(seconds, zone).utcoffset())


def _offset(wall: datetime, zone: ZoneInfo) -> int:
    return _seconds(zone.utcoffset(wall))


def _seconds(offset: timedelta | None) -> int:
    if offset is None:
        raise ValueError("the zone gives no UTC offset")
    return offset.days * DAY + offset.seconds


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a naive datetime is not an instant: give its UTC offset")
    return moment
