"""From wall-clock rules to instants: the windows of an agenda and the starts that its other rules bar.

Every rule but the windows themselves becomes ranges of barred starts, `[low, high)` in epoch seconds, so that the
list of free slots is arithmetic on ranges, and the explanation of a hidden start looks at the very same ranges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.intervals import Interval
from booking.schedule import AgendaCalendar, Busy, Closing, Opening, ReasonRules
from core import clock

_ONE_DAY = timedelta(days=1)
_START = itemgetter(0)


class Terms(NamedTuple):
    """The lengths of a reason in whole seconds; those of the visit and of the step are cut to the minute."""

    duration: int
    step: int
    before: int
    after: int


class Bounds(NamedTuple):
    """What the present instant allows: epoch seconds, and local dates (both included).

    A start is bookable until its notice is exactly reached: a fraction of a second later is too late, so `upcoming`
    and `noticed` are rounded up while `now` is rounded down.
    """

    now: int
    upcoming: int
    noticed: int
    first_day: date
    last_day: date

    def released(self, opening: Opening) -> int | None:
        """The last start that an urgent-care window offers by now; None when it offers all."""
        return None if opening.released_before is None else self.now + seconds_of(opening.released_before)


class Window(NamedTuple):
    """One occurrence of an opening: instants, half-open, and the local date it began on."""

    start: int
    end: int
    day: date
    opening: Opening

    def fitting_starts(self, terms: Terms) -> range:
        """The fixed grid of the window: starts whose visit lies wholly inside it."""
        return range(self.start, self.end - terms.duration + 1, terms.step)

    def closed_by_holiday(self, calendar: AgendaCalendar) -> bool:
        return self.day in calendar.holidays and not self.opening.open_on_holidays


def terms_of(reason: ReasonRules) -> Terms:
    return Terms(
        to_minute(seconds_of(reason.duration)),
        to_minute(seconds_of(reason.step)),
        seconds_of(reason.buffer_before),
        seconds_of(reason.buffer_after),
    )


def bounds_of(calendar: AgendaCalendar, reason: ReasonRules, now: datetime) -> Bounds:
    """Raises `ValueError` when `now` is naive."""
    seconds, today = clock.epoch_of(now), clock.local_date(now, calendar.zone)
    upcoming = seconds + (now.microsecond > 0)
    last_day = today + timedelta(days=reason.horizon_days)
    return Bounds(seconds, upcoming, upcoming + seconds_of(reason.notice), today, last_day)


def windows(openings: Iterable[Opening], zone: ZoneInfo, first_day: date, last_day: date) -> list[Window]:
    """The occurrences of openings that reach into these local days, by start; those a clock change empties are gone."""
    found = [
        Window(start, end, day, opening)
        for opening in openings
        for day in opening.recurrence.days(_shifted(first_day, -opening.span_days), last_day)
        for start, end in (_instants(day, opening, zone, fold_last=False),)
        if start < end
    ]
    found.sort(key=_START)
    return found


def barred_by_absences(
    closings: Iterable[Closing], zone: ZoneInfo, duration: int, first_day: date, last_day: date
) -> Iterator[Interval]:
    """Starts whose visit would touch an absence. An absence covers both readings of a repeated hour."""
    last_end = _shifted(last_day, 1 + duration // clock.DAY)
    for closing in closings:
        for day in closing.recurrence.days(_shifted(first_day, -closing.span_days), last_end):
            start, end = _instants(day, closing, zone, fold_last=True)
            if start < end:
                yield start - duration + 1, end


def barred_by_visits(busy: Iterable[Busy], terms: Terms, *, buffers: bool) -> list[Interval]:
    """Starts whose visit would overlap a taken time or, with `buffers`, come nearer to it than these allow.

    Between two neighbours the larger of (after the first, before the second) counts, not their sum.
    """
    lead, before, after = terms.duration - 1, terms.before, terms.after
    if not buffers:
        return [(start - lead, end) for start, end, _, _ in busy]
    return [
        (
            start - lead - (its_before if its_before > after else after),
            end + (its_after if its_after > before else before),
        )
        for start, end, its_before, its_after in busy
    ]


def barred_by_quota(calendar: AgendaCalendar, reason: ReasonRules, first_day: date, last_day: date) -> list[Interval]:
    """The local dates whose quota of this reason is used up."""
    quota = reason.daily_quota
    if quota is None:
        return []
    return [
        (clock.day_start(day, calendar.zone), clock.day_start(day + _ONE_DAY, calendar.zone))
        for day in _days(first_day, last_day)
        if calendar.booked_on.get(day, 0) >= quota
    ]


def barred_by_clock(zone: ZoneInfo, first_day: date, last_day: date) -> list[Interval]:
    """The second pass of the hours that a clock turned back shows twice."""
    changes = (clock.clock_change(day, zone) for day in _days(first_day, last_day))
    return [(change.at, change.at + change.before - change.after) for change in changes if change is not None]


def seconds_of(span: timedelta) -> int:
    return span.days * clock.DAY + span.seconds


def to_minute(seconds: int) -> int:
    return seconds - seconds % 60


def _instants(day: date, hours: Opening | Closing, zone: ZoneInfo, *, fold_last: bool) -> Interval:
    """The instants at which hours that begin on a date start and end, cut to the minute."""
    last = _shifted(day, hours.span_days) if hours.span_days else day
    start, end = clock.epoch(day, hours.start, zone), clock.epoch(last, hours.end, zone, fold_last=fold_last)
    return start - start % 60, end - end % 60


def _shifted(day: date, days: int) -> date:
    """The date so many days away, held within the calendar: "until further notice" may be written as the year 9999."""
    ordinal = day.toordinal() + days
    return date.fromordinal(min(max(ordinal, date.min.toordinal()), date.max.toordinal()))


def _days(first_day: date, last_day: date) -> Iterator[date]:
    return map(date.fromordinal, range(first_day.toordinal(), last_day.toordinal() + 1))
