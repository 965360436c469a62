"""Public holidays by department, from the `holidays` library, computed for the year asked: no list of dates to keep up.

Good Friday and 26 December are holidays in Moselle and Alsace, the abolition of slavery has its own day in each
overseas department. A department that is not in the table below follows the national list.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from holidays.countries.france import France

TERRITORY_OF_DEPARTMENT = {
    "57": "57",
    "67": "6AE",
    "68": "6AE",
    "971": "971",
    "972": "972",
    "973": "973",
    "974": "974",
    "975": "PM",
    "976": "976",
    "977": "BL",
    "978": "MF",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}


class _France(France):
    """The library answers "no holiday" past its last year; the rules for France have no such end."""

    end_year = date.max.year


def public_holidays(department: str, first_day: date, last_day: date) -> frozenset[date]:
    """Return the public holidays of a department (« 93 », « 974 ») from `first_day` to `last_day`, both included.

    Empty when `last_day` is before `first_day`.
    """
    years = range(first_day.year, last_day.year + 1)
    territory = TERRITORY_OF_DEPARTMENT.get(department)
    return frozenset(day for year in years for day in _named(territory, year) if first_day <= day <= last_day)


def holiday_name(department: str, day: date) -> str:
    """Return the French name of the holiday that `day` is in a department, or the empty string."""
    return _named(TERRITORY_OF_DEPARTMENT.get(department), day.year).get(day, "")


@lru_cache(maxsize=256)
def _named(territory: str | None, year: int) -> Mapping[date, str]:
    return MappingProxyType(dict(_France(years=year, subdiv=territory, language="fr")))
