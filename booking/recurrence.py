"""On which dates something repeats. Dates only: what a date means in hours is the business of `booking.schedule`."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_MONTHS = 12
_WEEK = 7
_RANKS = frozenset({-1, 1, 2, 3, 4, 5})


class InvalidRule(ValueError):
    """Hours or dates that cannot be. `code` is stable, for whoever answers a person or a program."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Frequency(StrEnum):
    """How a date comes back."""

    ONCE = "once"
    WEEKLY = "weekly"
    MONTHLY_DAY = "monthly_day"
    MONTHLY_NTH = "monthly_nth"
    YEARLY = "yearly"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule that gives dates, from `starts_on` to `ends_on` (included; None = without end), `excluded` ones left out.

    - ONCE: `starts_on` alone.
    - WEEKLY: the ISO `weekdays` (1 = Monday … 7; none = that of `starts_on`) of every `interval`-th week, counted from
      the week (Monday to Sunday) of `starts_on`, across new years and 53-week years alike.
    - MONTHLY_DAY: the day of the month of `starts_on`, every `interval` months; a month without a 31st has none.
    - MONTHLY_NTH: the `nth` such weekday of the month (1…5, -1 = the last; None = the rank of `starts_on`); a month
      without a fifth one has none.
    - YEARLY: the day and month of `starts_on`, every `interval` years; 29 February comes in leap years only.

    A skipped date is never replaced by a neighbour (as in RFC 5545 §3.3.10). Raises `InvalidRule`: interval_below_one,
    weekday_unknown, rank_unknown.
    """

    frequency: Frequency
    starts_on: date
    interval: int = 1
    weekdays: frozenset[int] = frozenset()
    nth: int | None = None
    ends_on: date | None = None
    excluded: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.interval < 1:
            raise InvalidRule("interval_below_one")
        if self.weekdays and not (min(self.weekdays) >= 1 and max(self.weekdays) <= _WEEK):
            raise InvalidRule("weekday_unknown")
        if self.nth is not None and self.nth not in _RANKS:
            raise InvalidRule("rank_unknown")

    def occurs_on(self, day: date) -> bool:
        """Whether the rule gives this date."""
        return next(self.days(day, day), None) is not None

    def days(self, first: date, last: date) -> Iterator[date]:
        """The dates of the rule between two dates, both included, in ascending order.

        The cost follows the length of the range asked for, not its distance from `starts_on`.
        """
        first = max(first, self.starts_on)
        last = last if self.ends_on is None else min(last, self.ends_on)
        if first > last:
            return iter(())
        match self.frequency:
            case Frequency.WEEKLY:
                found = self._weekly(first, last)
            case Frequency.MONTHLY_DAY | Frequency.YEARLY:
                found = self._same_day(first, last)
            case Frequency.MONTHLY_NTH:
                found = self._nth_weekday(first, last)
            case _:
                found = iter((self.starts_on,) if first == self.starts_on else ())
        if self.excluded:
            return (day for day in found if day not in self.excluded)
        return found

    def _weekly(self, first: date, last: date) -> Iterator[date]:
        low, high = first.toordinal(), last.toordinal()
        monday = self.starts_on.toordinal() - self.starts_on.weekday()
        leap = self.interval * _WEEK
        monday += (low - monday) // leap * leap
        weekdays = sorted(self.weekdays) or (self.starts_on.isoweekday(),)
        while monday <= high:
            for weekday in weekdays:
                if low <= monday + weekday - 1 <= high:
                    yield date.fromordinal(monday + weekday - 1)
            monday += leap

    def _same_day(self, first: date, last: date) -> Iterator[date]:
        for year, month in self._months(first, last):
            if self.starts_on.day <= monthrange(year, month)[1]:
                day = date(year, month, self.starts_on.day)
                if first <= day <= last:
                    yield day

    def _nth_weekday(self, first: date, last: date) -> Iterator[date]:
        weekdays = self.weekdays or (self.starts_on.isoweekday(),)
        rank = self.nth or (self.starts_on.day - 1) // _WEEK + 1
        for year, month in self._months(first, last):
            ranked = (_weekday_of_month(year, month, weekday, rank) for weekday in weekdays)
            yield from sorted(day for day in ranked if day is not None and first <= day <= last)

    def _months(self, first: date, last: date) -> Iterator[tuple[int, int]]:
        """The (year, month) pairs of the rule between two dates, counted from the month of `starts_on`."""
        leap = self.interval * (_MONTHS if self.frequency == Frequency.YEARLY else 1)
        origin = self.starts_on.year * _MONTHS + self.starts_on.month - 1
        skipped = (first.year * _MONTHS + first.month - 1 - origin) // leap * leap
        for month in range(origin + skipped, last.year * _MONTHS + last.month, leap):
            yield month // _MONTHS, month % _MONTHS + 1


def _weekday_of_month(year: int, month: int, weekday: int, rank: int) -> date | None:
    """The rank-th (-1 = last) ISO weekday of a month, or None when the month has none."""
    first_of_month = date(year, month, 1)
    day = 1 + (weekday - first_of_month.isoweekday()) % _WEEK
    length = monthrange(year, month)[1]
    day += (length - day) // _WEEK * _WEEK if rank == -1 else (rank - 1) * _WEEK
    return first_of_month.replace(day=day) if day <= length else None
