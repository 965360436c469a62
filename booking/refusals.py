"""Why a start is not offered: the question a secretary is asked most, and the check made when a booking is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum, auto
from zoneinfo import ZoneInfo

from booking.expansion import (
    Bounds,
    Terms,
    barred_by_absences,
    barred_by_clock,
    barred_by_quota,
    barred_by_visits,
    bounds_of,
    terms_of,
    to_minute,
    windows,
)
from booking.intervals import Interval, contains, merged
from booking.schedule import AgendaCalendar, ReasonRules, Slot
from core import clock

_ONE_DAY = timedelta(days=1)


class HiddenBy(StrEnum):
    """The rules that can hide a start, in the order in which they are looked at: the first that applies is named.

    The windows are narrowed down rule by rule (those that hold the whole visit, that accept the reason, that no
    holiday closes, whose grid has the start), then come the rules that do not depend on a window.
    """

    PAST = auto()
    NOTICE = auto()
    HORIZON = auto()
    NO_OPENING = auto()
    OUTSIDE_OPENING = auto()
    REASON_NOT_ACCEPTED = auto()
    HOLIDAY = auto()
    NOT_ALIGNED = auto()
    CLOCK_REPEATED = auto()
    ABSENCE = auto()
    TAKEN = auto()
    BUFFER = auto()
    QUOTA = auto()
    NOT_RELEASED = auto()


def why_not(calendar: AgendaCalendar, reason: ReasonRules, start: datetime, *, now: datetime) -> HiddenBy | None:
    """The rule that hides a start, or None when it may be booked: exactly when `available_slots` has it.

    The start's seconds are cut off. Raises `ValueError` when `start` or `now` is naive.
    """
    at = to_minute(clock.epoch_of(start))
    bounds = bounds_of(calendar, reason, now)
    rule = _hidden_now(at, bounds, calendar.zone)
    if rule is not None:
        return rule
    day = clock.local_date(clock.instant(at), calendar.zone)
    return _Days(calendar, reason, day, day, bounds).rule(at)


def hidden_starts(
    calendar: AgendaCalendar, reason: ReasonRules, *, first_day: date, last_day: date, now: datetime
) -> list[tuple[Slot, HiddenBy]]:
    """Every start on the grid of an opening, on these local dates, that is not offered, and the rule that hides it.

    Openings that do not accept the reason count too. With `available_slots` it makes up the whole grid. The days may
    lie in the past or beyond the horizon: the caller keeps the range short.
    """
    bounds = bounds_of(calendar, reason, now)
    days = _Days(calendar, reason, first_day, last_day, bounds)
    length = timedelta(seconds=days.terms.duration)
    found = []
    for at in days.grid():
        rule = _hidden_now(at, bounds, calendar.zone) or days.rule(at)
        if rule is not None:
            start = clock.instant(at)
            found.append((Slot(start, start + length), rule))
    return found


def _hidden_now(at: int, bounds: Bounds, zone: ZoneInfo) -> HiddenBy | None:
    """The rule that depends on the present instant alone and hides the start."""
    if at < bounds.upcoming:
        return HiddenBy.PAST
    if at < bounds.noticed:
        return HiddenBy.NOTICE
    return HiddenBy.HORIZON if at >= clock.day_start(bounds.last_day + _ONE_DAY, zone) else None


class _Days:
    """The windows and the barred starts of a run of local days, rule by rule."""

    def __init__(
        self, calendar: AgendaCalendar, reason: ReasonRules, first_day: date, last_day: date, bounds: Bounds
    ) -> None:
        self.calendar, self.reason, self.bounds = calendar, reason, bounds
        self.terms: Terms = terms_of(reason)
        self.windows = windows(calendar.openings, calendar.zone, first_day, last_day)
        self.low = clock.day_start(first_day, calendar.zone)
        self.high = clock.day_start(last_day + _ONE_DAY, calendar.zone)
        days = (first_day, last_day)
        self.barred: Sequence[tuple[HiddenBy, list[Interval]]] = (
            (HiddenBy.CLOCK_REPEATED, merged(barred_by_clock(calendar.zone, *days))),
            (
                HiddenBy.ABSENCE,
                merged(barred_by_absences(calendar.closings, calendar.zone, self.terms.duration, *days)),
            ),
            (HiddenBy.TAKEN, merged(barred_by_visits(calendar.busy, self.terms, buffers=False))),
            (HiddenBy.BUFFER, merged(barred_by_visits(calendar.busy, self.terms, buffers=True))),
            (HiddenBy.QUOTA, merged(barred_by_quota(calendar, reason, *days))),
        )

    def grid(self) -> list[int]:
        """The starts of every window that fall on these days, ascending, each once."""
        starts = {at for window in self.windows for at in window.fitting_starts(self.terms)}
        return sorted(at for at in starts if self.low <= at < self.high)

    def rule(self, at: int) -> HiddenBy | None:
        """The first of the other rules that hides this start of the run."""
        step, duration = self.terms.step, self.terms.duration
        held = [window for window in self.windows if window.start <= at <= window.end - duration]
        if not held:
            return HiddenBy.OUTSIDE_OPENING if self._opens_on_the_day_of(at) else HiddenBy.NO_OPENING
        held = [window for window in held if window.opening.accepts(self.reason.id)]
        if not held:
            return HiddenBy.REASON_NOT_ACCEPTED
        held = [window for window in held if not window.closed_by_holiday(self.calendar)]
        if not held:
            return HiddenBy.HOLIDAY
        held = [window for window in held if (at - window.start) % step == 0]
        if not held:
            return HiddenBy.NOT_ALIGNED
        for rule, barred in self.barred:
            if contains(barred, at):
                return rule
        limits = [self.bounds.released(window.opening) for window in held]
        return None if any(limit is None or at <= limit for limit in limits) else HiddenBy.NOT_RELEASED

    def _opens_on_the_day_of(self, at: int) -> bool:
        zone = self.calendar.zone
        day = clock.local_date(clock.instant(at), zone)
        low, high = clock.day_start(day, zone), clock.day_start(day + _ONE_DAY, zone)
        return any(window.start < high and window.end > low for window in self.windows)
