"""The days on which TARGET, and so SEPA, settles. Pure.

Closed: Saturdays, Sundays, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December (European Central Bank,
long-term calendar of TARGET, in force since 2002).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

_FIXED = ((1, 1), (5, 1), (12, 25), (12, 26))
_SATURDAY = 5


def is_open(day: date) -> bool:
    """Whether TARGET settles on that day."""
    return day.weekday() < _SATURDAY and day not in _closings(day.year)


def next_open(day: date) -> date:
    """That day when TARGET is open, else the first open one after it."""
    while not is_open(day):
        day += timedelta(days=1)
    return day


def plus_open_days(day: date, count: int) -> date:
    """The `count`-th open day after `day`; `day` itself, moved to an open one, for 0."""
    if count < 0:
        raise ValueError("Open days are counted forwards")
    if not count:
        return next_open(day)
    for _ in range(count):
        day = next_open(day + timedelta(days=1))
    return day


def minus_open_days(day: date, count: int) -> date:
    """The `count`-th open day before `day`."""
    for _ in range(count):
        day -= timedelta(days=1)
        while not is_open(day):
            day -= timedelta(days=1)
    return day


@lru_cache(maxsize=64)
def _closings(year: int) -> frozenset[date]:
    sunday = easter(year)
    fixed = {date(year, month, day) for month, day in _FIXED}
    return frozenset(fixed | {sunday - timedelta(days=2), sunday + timedelta(days=1)})


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the computus of Meeus, Jones and Butcher)."""
    golden, century, rest = year % 19, year // 100, year % 100
    leap, skipped = divmod(century, 4)
    moon = (19 * golden + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * skipped + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * shift + 114, 31)
    return date(year, month, day + 1)
