"""Free slots: what an agenda offers for a reason, computed from its hours, absences and bookings, never stored.

Pure: no clock of its own, no database. The rules and why they are so: `docs/adr/0003-slot-rules.md`. Callers find
the whole engine here: the shapes it is told (`booking.schedule`) and its explanations (`booking.refusals`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from booking.expansion import (
    Terms,
    Window,
    barred_by_absences,
    barred_by_clock,
    barred_by_quota,
    barred_by_visits,
    bounds_of,
    terms_of,
    windows,
)
from booking.intervals import Interval, merged, points_outside
from booking.refusals import HiddenBy, hidden_starts, why_not
from booking.schedule import AgendaCalendar, Busy, Closing, Opening, ReasonRules, Slot, validate_hours
from core import clock

__all__ = [
    "AgendaCalendar",
    "Busy",
    "Closing",
    "HiddenBy",
    "Opening",
    "ReasonRules",
    "Slot",
    "available_slots",
    "first_slot",
    "hidden_starts",
    "next_slots",
    "validate_hours",
    "why_not",
]

_FIRST_STRIDE = 7


def available_slots(
    calendar: AgendaCalendar, reason: ReasonRules, *, first_day: date, last_day: date, now: datetime
) -> list[Slot]:
    """The slots that start on these local dates (both included) and may be booked at `now`, in order, each once.

    Days before today or beyond the horizon give nothing. Raises `ValueError` when `now` is naive.
    """
    search = _Search(calendar, reason, first_day, last_day, now)
    return search.slots(search.starts(search.first_day, search.last_day))


def first_slot(
    calendar: AgendaCalendar, reason: ReasonRules, *, from_day: date, now: datetime, until_day: date | None = None
) -> Slot | None:
    """The first of `available_slots` from a local date on, up to `until_day` (included) and the horizon; or None."""
    return next(iter(next_slots(calendar, reason, from_day=from_day, now=now, until_day=until_day, count=1)), None)


def next_slots(
    calendar: AgendaCalendar,
    reason: ReasonRules,
    *,
    from_day: date,
    now: datetime,
    until_day: date | None = None,
    count: int = 3,
) -> list[Slot]:
    """The first `count` of `available_slots` from a local date on, up to `until_day` (included) and the horizon.

    Looks at longer and longer runs of days and stops as soon as it has enough.
    """
    search = _Search(calendar, reason, from_day, until_day or date.max, now)
    found: list[int] = []
    for first_day, last_day in _strides(search.first_day, search.last_day):
        found += search.starts(first_day, last_day)
        if len(found) >= count:
            break
    return search.slots(found[:count])


class _Search:
    """One question to the engine: the bounds of the answer and the starts barred in them, worked out once."""

    def __init__(
        self, calendar: AgendaCalendar, reason: ReasonRules, first_day: date, last_day: date, now: datetime
    ) -> None:
        self.calendar, self.zone = calendar, calendar.zone
        self.terms: Terms = terms_of(reason)
        self.bounds = bounds_of(calendar, reason, now)
        self.first_day = max(first_day, self.bounds.first_day)
        self.last_day = min(last_day, self.bounds.last_day)
        self.openings = [opening for opening in calendar.openings if opening.accepts(reason.id)]
        self.barred = self._barred(reason) if self.first_day <= self.last_day and self.openings else []

    def starts(self, first_day: date, last_day: date) -> list[int]:
        """The free starts on local dates within the bounds, in epoch seconds, ascending, each once."""
        if first_day > last_day:
            return []
        low = max(clock.day_start(first_day, self.zone), self.bounds.noticed)
        high = clock.day_start(last_day + timedelta(days=1), self.zone)
        found: list[int] = []
        overlapping, reached = False, low - 1
        for window in windows(self.openings, self.zone, first_day, last_day):
            if window.closed_by_holiday(self.calendar):
                continue
            first, last = self._ends_of_grid(window, low, high)
            if first <= last:
                found += points_outside(first, last, self.terms.step, self.barred)
                overlapping, reached = overlapping or first <= reached, max(reached, last)
        return sorted(set(found)) if overlapping else found

    def _ends_of_grid(self, window: Window, low: int, high: int) -> Interval:
        """The first start of the window's grid not before `low`, and the last instant a start may have."""
        step, released = self.terms.step, self.bounds.released(window.opening)
        first = window.start if window.start >= low else low + (window.start - low) % step
        last = min(window.end - self.terms.duration, high - 1)
        return first, last if released is None else min(last, released)

    def slots(self, starts: list[int]) -> list[Slot]:
        length = timedelta(seconds=self.terms.duration)
        return [Slot(start, start + length) for start in map(clock.instant, starts)]

    def _barred(self, reason: ReasonRules) -> list[Interval]:
        calendar, first_day, last_day = self.calendar, self.first_day, self.last_day
        return merged(
            [
                *barred_by_visits(calendar.busy, self.terms, buffers=True),
                *barred_by_absences(calendar.closings, self.zone, self.terms.duration, first_day, last_day),
                *barred_by_quota(calendar, reason, first_day, last_day),
                *barred_by_clock(self.zone, first_day, last_day),
            ]
        )


def _strides(first_day: date, last_day: date) -> Iterator[tuple[date, date]]:
    """Consecutive runs of days that cover the range, each twice as long as the one before."""
    length = _FIRST_STRIDE
    while first_day <= last_day:
        end = min(first_day + timedelta(days=length - 1), last_day)
        yield first_day, end
        first_day, length = end + timedelta(days=1), length * 2
