"""When an agenda receives, bookings aside: what a change of its hours opens that was closed before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from booking.calendar import load_calendars
from booking.expansion import barred_by_absences, windows
from booking.intervals import Interval, merged
from core import clock
from practitioners.models import Agenda, AgendaReason

LOOKED_AHEAD = timedelta(days=120)


def open_time(agenda: Agenda) -> list[Interval]:
    """The hours of the months to come outside of absences and holidays, as merged ranges of epoch seconds."""
    offer = AgendaReason.objects.filter(agenda=agenda).select_related("agenda__location__place").order_by("pk").first()
    if offer is None:
        return []
    zone = ZoneInfo(offer.agenda.location.timezone)
    now = clock.now()
    first, last = clock.local_date(now, zone), clock.local_date(now + LOOKED_AHEAD, zone)
    calendar = load_calendars([offer], first_day=first, last_day=last, now=now)[offer.pk]
    opened = merged(
        (window.start, window.end)
        for window in windows(calendar.openings, zone, first, last)
        if not window.closed_by_holiday(calendar)
    )
    # With visits of one second, the starts that an absence bars are the absence itself.
    return without(opened, merged(barred_by_absences(calendar.closings, zone, 1, first, last)))


def without(intervals: Iterable[Interval], holes: Sequence[Interval]) -> list[Interval]:
    """What is left of merged ranges when other merged ranges are cut out."""
    left: list[Interval] = []
    for start, end in intervals:
        reached = start
        for low, high in holes:
            if high <= reached or low >= end:
                continue
            if low > reached:
                left.append((reached, low))
            reached = high
        if reached < end:
            left.append((reached, end))
    return left
