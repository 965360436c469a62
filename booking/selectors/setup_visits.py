"""Which visits to come do not fit the hours of their agenda: for several agendas at once, and on hours not yet written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, auto
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.calendar import closing_of, in_force, load_openings
from booking.enums import OPEN
from booking.expansion import barred_by_absences, windows
from booking.intervals import merged
from booking.models import Absence, Appointment
from booking.schedule import AgendaCalendar, Closing
from booking.selectors.affected import LOOKED_AT, VisitTime, outside, touched
from core import clock
from core.access import Actor, scoped
from practitioners.holidays import public_holidays
from practitioners.models import Agenda


class Misfit(StrEnum):
    """What a visit to come does not agree with."""

    OUTSIDE = auto()
    ABSENCE = auto()


@dataclass(frozen=True, slots=True)
class Flagged:
    """A visit that stays although it does not fit; `start` and `end` are aware UTC instants."""

    uid: UUID
    start: datetime
    end: datetime
    misfit: Misfit
    patient: str
    reason: str
    timezone: str


def upcoming_times(actor: Actor, agendas: Collection[int]) -> dict[int, list[VisitTime]]:
    """The visits to come of these agendas, by agenda id and in order of time; one statement."""
    now = clock.now()
    rows = (
        scoped(actor, Appointment, "read")
        .filter(agenda__in=agendas, status__in=OPEN, end_at__gt=now, start_at__lt=now + LOOKED_AT)
        .order_by("start_at", "pk")
        .values_list("agenda_id", "uid", "start_at", "end_at")
    )
    found: dict[int, list[VisitTime]] = defaultdict(list)
    for agenda, uid, start, end in rows:
        found[agenda].append(VisitTime(uid, clock.epoch_of(start), clock.epoch_of(end)))
    return found


def days_of(visits: Iterable[VisitTime], zone: ZoneInfo) -> tuple[date, date]:
    """The local dates of the first start and of the last end."""
    visits = list(visits)
    first, last = min(visit.start for visit in visits), max(visit.end for visit in visits)
    return clock.local_date(clock.instant(first), zone), clock.local_date(clock.instant(last), zone)


def misfits(visits: Sequence[VisitTime], calendar: AgendaCalendar) -> dict[UUID, Misfit]:
    """What each visit that does not fit disagrees with; an absence is named rather than the hours. Pure."""
    if not visits:
        return {}
    days = days_of(visits, calendar.zone)
    open_ranges = [
        (window.start, window.end)
        for window in windows(calendar.openings, calendar.zone, *days)
        if not window.closed_by_holiday(calendar)
    ]
    # With a length of one second, the starts that an absence bars are the absence itself.
    closed = merged(barred_by_absences(calendar.closings, calendar.zone, 1, *days))
    found = {visit.uid: Misfit.OUTSIDE for visit in outside(visits, open_ranges)}
    return found | {visit.uid: Misfit.ABSENCE for visit in touched(visits, closed)}


def calendars_around(agendas: Sequence[Agenda], visits: Mapping[int, Sequence[VisitTime]]) -> dict[int, AgendaCalendar]:
    """The hours and absences of these agendas on the days of their visits, by agenda id; two statements.

    `agendas` come with `location__place` loaded. Agendas without a visit are left out.
    """
    concerned = [agenda for agenda in agendas if visits.get(agenda.pk)]
    if not concerned:
        return {}
    days = {agenda.pk: days_of(visits[agenda.pk], zone_of(agenda)) for agenda in concerned}
    first, last = min(low for low, _ in days.values()), max(high for _, high in days.values())
    openings = load_openings([agenda.pk for agenda in concerned], first, last)
    closings: dict[int, list[Closing]] = defaultdict(list)
    for row in Absence.objects.filter(in_force(first, last), agenda__in=concerned):
        closings[row.agenda_id].append(closing_of(row))
    return {
        agenda.pk: AgendaCalendar(
            zone=zone_of(agenda),
            openings=openings[agenda.pk],
            closings=closings[agenda.pk],
            holidays=public_holidays(agenda.location.place.department, *days[agenda.pk]),
        )
        for agenda in concerned
    }


def flagged_visits(actor: Actor, agendas: Sequence[Agenda]) -> dict[int, list[Flagged]]:
    """The visits to come that do not fit, by agenda id; at most four statements for all the agendas."""
    visits = upcoming_times(actor, [agenda.pk for agenda in agendas])
    found = {pk: misfits(visits[pk], calendar) for pk, calendar in calendars_around(agendas, visits).items()}
    named = named_visits(actor, {uid: misfit for one in found.values() for uid, misfit in one.items()})
    return {pk: [named[uid] for uid in sorted(one, key=lambda uid: named[uid].start)] for pk, one in found.items()}


def named_visits(actor: Actor, wanted: Mapping[UUID, Misfit]) -> dict[UUID, Flagged]:
    """Who comes and why, for visits by their uid; one statement, none when nothing is asked."""
    if not wanted:
        return {}
    rows = (
        scoped(actor, Appointment, "read")
        .filter(uid__in=list(wanted))
        .select_related("record", "agenda__location")
        .order_by("start_at", "pk")
    )
    return {
        row.uid: Flagged(
            row.uid,
            row.start_at,
            row.end_at,
            wanted[row.uid],
            row.record.display_name if row.record else "",
            row.reason_name,
            row.agenda.location.timezone,
        )
        for row in rows
    }


def zone_of(agenda: Agenda) -> ZoneInfo:
    return ZoneInfo(agenda.location.timezone)
