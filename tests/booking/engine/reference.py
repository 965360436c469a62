"""The slot rules written a second time, slowly and plainly, to judge the engine by: every instant, every rule.

It shares no code with the engine but the shapes: it reads the wall clock minute by minute (here every five minutes,
so hours, lengths and delays given to it are multiples of five minutes).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from booking.slots import AgendaCalendar, Busy, Closing, Opening, ReasonRules

TICK = timedelta(minutes=5)
DAY = timedelta(days=1)


@cache
def wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the wall shows, without a zone."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


@cache
def ticks(day: date, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Every fifth minute of a local date."""
    rough = datetime.combine(day, time.min, UTC) - DAY
    every = (rough + n * TICK for n in range(3 * 288))
    return tuple(tick for tick in every if wall(tick, zone).date() == day)


@cache
def first_showing(day: date, label: time, zone: ZoneInfo) -> datetime:
    """The first instant at which the wall shows the label or has just jumped over it."""
    return next(tick for near in (day, day + DAY) for tick in ticks(near, zone) if wall(tick, zone) >= _on(day, label))


@cache
def last_showing(day: date, label: time, zone: ZoneInfo) -> datetime:
    """The instant after which the wall never shows an earlier label again."""
    near = ticks(day - DAY, zone) + ticks(day, zone)
    return max(tick for tick in near if wall(tick, zone) < _on(day, label)) + TICK


def _on(day: date, label: time) -> datetime:
    return datetime.combine(day, label)


def openings_at(calendar: AgendaCalendar, start: datetime) -> list[tuple[datetime, datetime, date, Opening]]:
    """The occurrences of openings that begin on the local date of an instant or the day before."""
    return openings_on(calendar, wall(start, calendar.zone).date())


def openings_on(calendar: AgendaCalendar, day: date) -> list[tuple[datetime, datetime, date, Opening]]:
    return [
        (
            first_showing(began, opening.start, calendar.zone),
            first_showing(began + timedelta(days=opening.span_days), opening.end, calendar.zone),
            began,
            opening,
        )
        for opening in calendar.openings
        for began in (day - DAY, day)
        if opening.recurrence.occurs_on(began)
    ]


def offered(calendar: AgendaCalendar, reason: ReasonRules, start: datetime, now: datetime) -> bool:
    """Whether a start may be booked, by the letter of `docs/adr/0003-slot-rules.md`."""
    end = start + reason.duration
    day, today = wall(start, calendar.zone).date(), now.astimezone(calendar.zone).date()
    occurrences = openings_on(calendar, day)
    return (
        any(opening_offers(calendar, reason, occurrence, start, now) for occurrence in occurrences)
        and start - now >= reason.notice
        and start >= now
        and day <= today + timedelta(days=reason.horizon_days)
        and (reason.daily_quota is None or calendar.booked_on.get(day, 0) < reason.daily_quota)
        and not repeated(start, calendar.zone)
        and not any(absent(calendar, closing, start, end) for closing in calendar.closings)
        and not any(too_near(taken, reason, start, end) for taken in calendar.busy)
    )


@cache
def repeated(start: datetime, zone: ZoneInfo) -> bool:
    """Whether the wall showed the same label earlier."""
    return any(wall(start - n * TICK, zone) == wall(start, zone) for n in range(1, 37))


def opening_offers(
    calendar: AgendaCalendar,
    reason: ReasonRules,
    occurrence: tuple[datetime, datetime, date, Opening],
    start: datetime,
    now: datetime,
) -> bool:
    opens, closes, began, opening = occurrence
    return (
        opens <= start
        and start + reason.duration <= closes
        and (start - opens) % reason.step == timedelta(0)
        and (opening.reasons is None or reason.id in opening.reasons)
        and (opening.open_on_holidays or began not in calendar.holidays)
        and (opening.released_before is None or now >= start - opening.released_before)
    )


def absent(calendar: AgendaCalendar, closing: Closing, start: datetime, end: datetime) -> bool:
    day = wall(start, calendar.zone).date()
    for back in range(closing.span_days + 2):
        began = day + DAY - back * DAY
        if closing.recurrence.occurs_on(began):
            leaves = first_showing(began, closing.start, calendar.zone)
            returns = last_showing(began + timedelta(days=closing.span_days), closing.end, calendar.zone)
            if leaves < returns and start < returns and leaves < end:
                return True
    return False


def too_near(taken: Busy, reason: ReasonRules, start: datetime, end: datetime) -> bool:
    """Whether a visit and a booking overlap, or lie closer than the larger of the two buffers between them."""
    begins, ends = datetime.fromtimestamp(taken.start, UTC), datetime.fromtimestamp(taken.end, UTC)
    if end <= begins:
        return begins - end < max(reason.buffer_after, timedelta(seconds=taken.before))
    if ends <= start:
        return start - ends < max(reason.buffer_before, timedelta(seconds=taken.after))
    return True
