"""The days of a repeated event of another program's calendar (RFC 5545, 3.3.10), followed within a budget of steps. Pure.

Libraries follow a rule that never falls on a day until the end of time. Here each day looked at is paid for, a rule ends
with the window it is asked about, and what lies before it is stepped over: the cost does not hang on a clock.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.outside_dates import Unreadable, instant, moment, number, wall_at

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
COUNT_AT_MOST = 10_000
_KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "BYDAY"}
_BYDAY = re.compile(r"^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of days. `start` and `until` are on the wall, `nth` holds (n, weekday): (-1, 4) is the last Friday."""

    start: datetime
    until: datetime
    frequency: str
    interval: int = 1
    count: int | None = None
    months: frozenset[int] = frozenset()
    month_days: tuple[int, ...] = ()
    weekdays: frozenset[int] = frozenset()
    nth: frozenset[tuple[int, int]] = frozenset()
    positions: tuple[int, ...] = ()
    week_start: int = 0

    def starts(self, first: datetime, spend: Callable[[int], None]) -> Iterator[datetime]:
        """The starts from `first` to `until`, in order. `spend` is told how many days were looked at, and may raise."""
        period = 0 if self.count else max(0, (self._index(first.date()) - self._index(self.start.date())))
        period = self._index(self.start.date()) + period // self.interval * self.interval
        left = self.count
        while self._begin(period) <= self.until.date():
            for shown in self._of_period(period, spend):
                if shown > self.until or left == 0:
                    return
                left = left - 1 if left is not None else None
                if shown >= first:
                    yield shown
            period += self.interval

    def _of_period(self, period: int, spend: Callable[[int], None]) -> list[datetime]:
        days = self._candidates(period)
        spend(len(days) + 1)
        found = [day for day in days if self._fits(day)]
        if self.positions:
            places = {place - 1 if place > 0 else len(found) + place for place in self.positions}
            found = [day for place, day in enumerate(found) if place in places]
        shown = (self.start.replace(year=day.year, month=day.month, day=day.day) for day in found)
        return [one for one in shown if one >= self.start]

    def _index(self, day: date) -> int:
        """The number of the day, week, month or year that holds this day."""
        if self.frequency == "DAILY":
            return day.toordinal()
        if self.frequency == "WEEKLY":
            return (day.toordinal() - 1 - self.week_start) // 7
        return day.year * 12 + day.month - 1 if self.frequency == "MONTHLY" else day.year

    def _begin(self, period: int) -> date:
        if self.frequency == "DAILY":
            return date.fromordinal(period)
        if self.frequency == "WEEKLY":
            return date.fromordinal(max(1, period * 7 + 1 + self.week_start))
        return date(period // 12, period % 12 + 1, 1) if self.frequency == "MONTHLY" else date(period, 1, 1)

    def _candidates(self, period: int) -> Sequence[date]:
        begin = self._begin(period)
        if self.frequency == "DAILY":
            return [begin]
        if self.frequency == "WEEKLY":
            return [begin + timedelta(days=n) for n in range(7)]
        if self.frequency == "MONTHLY":
            return self._days_of_month(begin.year, begin.month)
        months = sorted(self.months) or range(1, 13)
        return [day for month in months for day in self._days_of_month(begin.year, month)]

    def _days_of_month(self, year: int, month: int) -> list[date]:
        length = monthrange(year, month)[1]
        if not self.month_days:
            return [date(year, month, n) for n in range(1, length + 1)]
        wanted = {n if n > 0 else length + 1 + n for n in self.month_days}
        return [date(year, month, n) for n in sorted(wanted) if 1 <= n <= length]

    def _fits(self, day: date) -> bool:
        if self.months and day.month not in self.months:
            return False
        length = monthrange(day.year, day.month)[1]
        if self.month_days and not {day.day, day.day - length - 1} & set(self.month_days):
            return False
        if not self.weekdays and not self.nth:
            return True
        return day.weekday() in self.weekdays or bool(self.nth & self._ranks(day, length))

    def _ranks(self, day: date, length: int) -> set[tuple[int, int]]:
        """Which weekday of its month the day is, from either end; of its year for a yearly rule without months."""
        place = day.day
        if self.frequency == "YEARLY" and not self.months:
            place, length = day.timetuple().tm_yday, 366 if isleap(day.year) else 365
        return {((place - 1) // 7 + 1, day.weekday()), (-((length - place) // 7 + 1), day.weekday())}


def rule_of(text: str, wall: datetime, its_zone: ZoneInfo, last: datetime) -> Rule:
    """The rule of an event that starts at `wall`, up to `last` at most. Raises `calendar_rule` for one not of days."""
    parts = dict(part.upper().partition("=")[::2] for part in text.split(";") if part)
    frequency = parts.get("FREQ", "")
    if frequency not in FREQUENCIES or not set(parts) <= _KNOWN or parts.get("WKST", "MO") not in WEEKDAYS:
        raise Unreadable("calendar_rule")
    simple, nth = _weekdays(parts.get("BYDAY", ""), counted=frequency in ("MONTHLY", "YEARLY"))
    months, month_days = set(_numbers(parts, "BYMONTH", 1, 12)), _numbers(parts, "BYMONTHDAY", -31, 31)
    if not (simple or nth or month_days):
        if frequency == "YEARLY" and not months:
            months = {wall.month}
        if frequency in ("MONTHLY", "YEARLY"):
            month_days = (wall.day,)
        elif frequency == "WEEKLY":
            simple = {wall.weekday()}
    return Rule(
        start=wall,
        until=_until(parts.get("UNTIL", ""), its_zone, last),
        frequency=frequency,
        interval=number(parts.get("INTERVAL", "1"), 1, 1_000),
        count=number(parts["COUNT"], 1, COUNT_AT_MOST) if "COUNT" in parts else None,
        months=frozenset(months),
        month_days=month_days,
        weekdays=frozenset(simple),
        nth=frozenset(nth),
        positions=_numbers(parts, "BYSETPOS", -366, 366),
        week_start=WEEKDAYS.index(parts.get("WKST", "MO")),
    )


def _until(text: str, its_zone: ZoneInfo, last: datetime) -> datetime:
    if not text:
        return last
    ends, ends_zone, _ = moment({}, text, its_zone)
    return min(last, wall_at(instant(ends, ends_zone), its_zone) if "T" in text else ends + timedelta(days=1))


def _numbers(parts: dict[str, str], name: str, low: int, high: int) -> tuple[int, ...]:
    return tuple(number(one, low, high) for one in parts[name].split(",")[:62]) if name in parts else ()


def _weekdays(text: str, *, counted: bool) -> tuple[set[int], set[tuple[int, int]]]:
    """The plain weekdays and the numbered ones; a number means nothing where weeks or days are counted."""
    simple, nth = set(), set()
    for one in text.split(",")[:14] if text else ():
        match = _BYDAY.match(one.strip())
        if match is None or (match[1] and int(match[1]) == 0):
            raise Unreadable("calendar_rule")
        day = WEEKDAYS.index(match[2])
        if match[1] and counted:
            nth.add((int(match[1]), day))
        else:
            simple.add(day)
    return simple, nth
