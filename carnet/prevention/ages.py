"""Ages and delays on the calendar: « à 11 mois », « deux ans après », said once for every rule.

A day that does not exist is the first of the next month: who was born on 29 February is a year older on 1 March of an
ordinary year (the habit of the French civil service).
"""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple


class Age(NamedTuple):
    """A length of life or a delay; weeks are seven days."""

    years: int = 0
    months: int = 0
    days: int = 0


_LENGTHS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
AT_ONCE, ONE_MONTH, ONE_YEAR = Age(), Age(months=1), Age(years=1)


@lru_cache(maxsize=65_536)
def after(day: date, age: Age) -> date:
    """The day on which `age` has passed since `day`. Raises OverflowError past the year 9999."""
    months = day.month - 1 + age.months + 12 * age.years
    year, month = day.year + months // 12, months % 12 + 1
    if year > date.max.year:
        raise OverflowError("past the last year of the calendar")
    last = _length(year, month)
    base = date(year, month, min(day.day, last))
    return base + timedelta(days=age.days + (day.day > last))


def before(day: date, age: Age) -> date:
    """The last day from which `age` has passed by `day`: the mirror of `after`."""
    months = day.month - 1 - age.months - 12 * age.years
    year, month = day.year + months // 12, months % 12 + 1
    last = _length(year, month)
    return day.replace(year=year, month=month, day=min(day.day, last)) - timedelta(days=age.days)


def years_old(birth: date, on: date) -> int:
    """Completed years; below zero before the birth."""
    years = on.year - birth.year
    return years if after(birth, Age(years=years)) <= on else years - 1


def _length(year: int, month: int) -> int:
    return 29 if month == 2 and isleap(year) else _LENGTHS[month]
