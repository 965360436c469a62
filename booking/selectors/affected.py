"""The visits to come that no longer fit what an agenda's hours and absences say: they stay, and the practice decides."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.calendar import closing_of, load_openings
from booking.enums import OPEN
from booking.expansion import barred_by_absences, windows
from booking.intervals import Interval, merged
from booking.models import Absence, Appointment
from booking.slots import AgendaCalendar
from core import clock
from core.access import Actor, scoped
from practitioners.holidays import public_holidays
from practitioners.models import Agenda

# Farther than any horizon: what was written for later is looked at when it comes nearer.
LOOKED_AT = timedelta(days=732)
SHOWN = 200


class VisitTime(NamedTuple):
    """When a visit takes place: epoch seconds, half-open."""

    uid: UUID
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Affected:
    """How many visits do not fit, and the first of them in order of time: (uid, start in UTC)."""

    count: int
    first: Sequence[tuple[UUID, datetime]]


NONE = Affected(0, ())


def visits_outside_hours(actor: Actor, agenda: Agenda) -> Affected:
    """Visits to come of the agenda that lie wholly inside none of its windows, whatever reasons these accept.

    Two statements, whatever there is to read.
    """
    zone = ZoneInfo(agenda.location.timezone)
    visits = _upcoming(actor, agenda)
    if not visits:
        return NONE
    days = _days(visits, zone)
    openings = load_openings([agenda.pk], *days)[agenda.pk]
    calendar = AgendaCalendar(
        zone=zone, openings=openings, holidays=public_holidays(agenda.location.place.department, *days)
    )
    open_ranges = [
        (window.start, window.end)
        for window in windows(openings, zone, *days)
        if not window.closed_by_holiday(calendar)
    ]
    return _answer(outside(visits, open_ranges))


def visits_under(actor: Actor, absence: Absence) -> Affected:
    """Visits to come of the agenda that an absence touches. One statement."""
    zone = ZoneInfo(absence.agenda.location.timezone)
    visits = _upcoming(actor, absence.agenda)
    if not visits:
        return NONE
    # With a length of one second, the starts that an absence bars are the absence itself.
    ranges = barred_by_absences([closing_of(absence)], zone, 1, *_days(visits, zone))
    return _answer(touched(visits, merged(ranges)))


def outside(visits: Sequence[VisitTime], ranges: Sequence[Interval]) -> list[VisitTime]:
    """The visits that no single one of the ranges (sorted by start) holds whole: two that touch are not one."""
    starts = [start for start, _ in ranges]
    # Among the ranges begun by a given one, how far the longest reaches.
    reach = list(accumulate((end for _, end in ranges), max))
    found = []
    for visit in visits:
        begun = bisect_right(starts, visit.start)
        if begun == 0 or reach[begun - 1] < visit.end:
            found.append(visit)
    return found


def touched(visits: Sequence[VisitTime], ranges: Sequence[Interval]) -> list[VisitTime]:
    """The visits that overlap one of the merged ranges."""
    ends = [end for _, end in ranges]
    found = []
    for visit in visits:
        following = bisect_right(ends, visit.start)
        if following < len(ranges) and ranges[following][0] < visit.end:
            found.append(visit)
    return found


def _upcoming(actor: Actor, agenda: Agenda) -> list[VisitTime]:
    now = clock.now()
    rows = (
        scoped(actor, Appointment, "read")
        .filter(agenda=agenda, status__in=OPEN, end_at__gt=now, start_at__lt=now + LOOKED_AT)
        .order_by("start_at", "pk")
        .values_list("uid", "start_at", "end_at")
    )
    return [VisitTime(uid, clock.epoch_of(start), clock.epoch_of(end)) for uid, start, end in rows]


def _days(visits: Sequence[VisitTime], zone: ZoneInfo) -> tuple[date, date]:
    """The local dates of the first start and of the last end."""
    last = max(visit.end for visit in visits)
    return clock.local_date(clock.instant(visits[0].start), zone), clock.local_date(clock.instant(last), zone)


def _answer(visits: Sequence[VisitTime]) -> Affected:
    return Affected(len(visits), [(visit.uid, clock.instant(visit.start)) for visit in visits[:SHOWN]])
