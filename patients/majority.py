"""When a person comes of age: at 18, at the first instant of the birthday in Paris (Code civil, art. 388 and 414)."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from core import clock

PARIS = ZoneInfo("Europe/Paris")
YEARS = 18


def majority_at(birth_date: date) -> datetime:
    """The instant from which nobody acts for the person by right of parenthood. Born a 29 February: on 1 March."""
    year = birth_date.year + YEARS
    try:
        day = birth_date.replace(year=year)
    except ValueError:
        day = date(year, 3, 1)
    return clock.combine(day, time.min, PARIS)


def is_minor(birth_date: date, at: datetime) -> bool:
    return majority_at(birth_date) > at


def last_adult_birth_date(at: datetime) -> date:
    """The latest birth date of those who are of age at the instant: a later one is a minor's. The same rule, for SQL."""
    today = clock.local_date(at, PARIS)
    try:
        return today.replace(year=today.year - YEARS)
    except ValueError:
        return date(today.year - YEARS, 2, 28)
