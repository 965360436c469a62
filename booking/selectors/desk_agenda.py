"""All that an agenda shows of a run of days: visits, holds, openings, absences, holidays. One read for page, grid and print.

A fixed number of statements, whatever the number of agendas, days or visits. The practice's own people read it: each
row goes through the rule of the actor, and what a note or an answer says is never loaded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Case, OuterRef, Subquery, When

from booking.calendar import closing_of, in_force, load_openings
from booking.enums import OCCUPYING, OPEN, Status
from booking.expansion import barred_by_absences, windows
from booking.intervals import Interval, merged
from booking.models import Absence, Appointment
from booking.slots import AgendaCalendar
from core import clock
from core.access import Actor, get_or_404, scoped
from core.exceptions import NotForYou
from core.models import AuditEvent
from practitioners.holidays import holiday_name, public_holidays
from practitioners.models import Agenda
from practitioners.rules import arranged_agendas

# Encrypted texts stay where they are: an agenda shows who and why, never what a person wrote.
UNREAD = ("note", "internal_note", "answers", "cancel_reason", "record__notes", "record__block_reason")
LONGEST_VISIT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Away:
    """An absence inside the days shown: epoch seconds, half-open, and what the practice calls it."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class AgendaDays:
    """One agenda over the days shown. Instants of hours are epoch seconds; visits and holds are in order of start."""

    agenda: Agenda
    visits: Sequence[Appointment] = ()
    holds: Sequence[Appointment] = ()
    openings: Sequence[Interval] = ()
    absences: Sequence[Away] = ()
    holidays: Mapping[date, str] = field(default_factory=dict)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.agenda.location.timezone)

    @cached_property
    def free(self) -> list[Interval]:
        """Open time in which nobody is received, held or away."""
        taken = [_span(row) for row in (*self.visits, *self.holds) if row.status in OCCUPYING]
        taken += [(away.start, away.end) for away in self.absences]
        return _without(merged(self.openings), merged(taken))


@dataclass(frozen=True)
class DeskWindow:
    """The agendas chosen, from `first_day` to `last_day` (local dates, both included), as they are at `now`."""

    first_day: date
    last_day: date
    now: datetime
    columns: Sequence[AgendaDays]

    @property
    def days(self) -> list[date]:
        return [self.first_day + timedelta(days=n) for n in range((self.last_day - self.first_day).days + 1)]

    @property
    def waiting(self) -> list[Appointment]:
        """Who sits in the waiting room now, the longest wait first."""
        here = [row for column in self.columns for row in column.visits if row.status == Status.ARRIVED]
        return sorted(here, key=lambda row: (row.arrived_at or row.start_at, row.pk))


def agendas_run(actor: Actor) -> list[Agenda]:
    """The agendas the actor runs, by name. One statement.

    Each has `version`, the newest act of its practice, and `arranged`: whether the actor writes its hours as well.
    """
    newest = AuditEvent.objects.filter(practice_id=OuterRef("practice_id")).order_by("-id").values("id")[:1]
    rows = scoped(actor, Agenda, "manage").select_related("practitioner__specialty", "location__place", "practice")
    arranged = Case(When(arranged_agendas(actor), then=True), default=False, output_field=BooleanField())
    rows = rows.annotate(version=Subquery(newest), arranged=arranged)
    return list(rows.order_by("practitioner__last_name", "practitioner__first_name", "pk"))


def chosen_agendas(run: Sequence[Agenda], wanted: Sequence[UUID]) -> list[Agenda]:
    """Those asked for among the agendas run, or all. Raises NotForYou for one that is not among them."""
    if not wanted:
        return list(run)
    found = [agenda for agenda in run if agenda.uid in set(wanted)]
    if len(found) != len(set(wanted)):
        raise NotForYou
    return found


def agenda_run(actor: Actor, uid: UUID) -> Agenda:
    """One agenda the actor runs. Raises NotForYou."""
    found = get_or_404(actor, Agenda, "manage", uid=uid)
    return (
        scoped(actor, Agenda, "manage").select_related("practitioner", "location__place", "practice").get(pk=found.pk)
    )


def agenda_version(actor: Actor, agendas: Sequence[Agenda], *parts: object) -> str:
    """The mark of what these agendas show: it changes with every act of the practice and with the rights of the reader."""
    newest = max((getattr(agenda, "version", None) or 0 for agenda in agendas), default=0)
    keys = "-".join(str(agenda.pk) for agenda in agendas)
    return "/".join(map(str, (newest, actor.user_id, keys, *parts)))


def desk_window(
    actor: Actor, agendas: Sequence[Agenda], *, first_day: date, last_day: date, now: datetime | None = None
) -> DeskWindow:
    """What these agendas show of these days. Four statements: visits, holds, openings, absences."""
    at = now or clock.now()
    keys = [agenda.pk for agenda in agendas]
    low, high = _bounds(agendas, first_day, last_day)
    visits = _by_agenda(_visits(actor, keys, low, high))
    holds = _by_agenda(_holds(actor, keys, low, high, at))
    openings = load_openings(keys, first_day, last_day)
    absences: dict[int, list[Absence]] = defaultdict(list)
    for absence in Absence.objects.filter(in_force(first_day, last_day), agenda__in=keys).order_by("pk"):
        absences[absence.agenda_id].append(absence)
    columns = []
    for agenda in agendas:
        zone, department = ZoneInfo(agenda.location.timezone), agenda.location.place.department
        holidays = public_holidays(department, first_day, last_day)
        calendar = AgendaCalendar(zone=zone, holidays=holidays)
        # Visits of the day before, as another zone counts days, are left to the day they belong to.
        begins, ends = clock.day_start(first_day, zone), clock.day_start(last_day + timedelta(days=1), zone)
        opened = windows(openings[agenda.pk], zone, first_day, last_day)
        columns.append(
            AgendaDays(
                agenda=agenda,
                visits=[row for row in visits[agenda.pk] if _touches(row, begins, ends)],
                holds=[row for row in holds[agenda.pk] if _touches(row, begins, ends)],
                openings=merged((one.start, one.end) for one in opened if not one.closed_by_holiday(calendar)),
                absences=_away(absences[agenda.pk], zone, first_day, last_day, begins, ends),
                holidays={day: holiday_name(department, day) for day in sorted(holidays)},
            )
        )
    return DeskWindow(first_day, last_day, at, columns)


def unsettled_visits(actor: Actor, agendas: Sequence[Agenda], day: date, now: datetime) -> list[Appointment]:
    """The visits of a local day that have begun and of which nobody has said how they ended, in order of time."""
    low, high = _bounds(agendas, day, day)
    rows = _visits(actor, [agenda.pk for agenda in agendas], low, high)
    zones = {agenda.pk: ZoneInfo(agenda.location.timezone) for agenda in agendas}
    return [
        row
        for row in rows
        if row.status in OPEN and row.start_at <= now and clock.local_date(row.start_at, zones[row.agenda_id]) == day
    ]


def visit_at_desk(actor: Actor, uid: UUID) -> Appointment:
    """One visit with what a question about it says. Raises NotForYou."""
    rows = scoped(actor, Appointment, "change").select_related("record", "agenda__location", "performer")
    found = rows.filter(uid=uid).first()
    if found is None:
        raise NotForYou
    return found


def _visits(actor: Actor, keys: Sequence[int], low: datetime, high: datetime) -> list[Appointment]:
    rows = scoped(actor, Appointment, "read").filter(
        agenda_id__in=keys, start_at__gte=low - LONGEST_VISIT, start_at__lt=high, end_at__gt=low
    )
    return list(rows.select_related("record", "visit_reason").defer(*UNREAD).order_by("start_at", "pk"))


def _holds(actor: Actor, keys: Sequence[int], low: datetime, high: datetime, now: datetime) -> list[Appointment]:
    """Time kept on agendas that the actor runs, with the member of the team who keeps it; a visitor has no name yet."""
    rows = scoped(actor, Appointment, "read_hold").filter(
        agenda_id__in=keys, expires_at__gt=now, start_at__lt=high, end_at__gt=low
    )
    rows = rows.select_related("booked_by")
    return list(rows.defer(*(name for name in UNREAD if "__" not in name)).order_by("start_at", "pk"))


def _by_agenda(rows: Iterable[Appointment]) -> Mapping[int, list[Appointment]]:
    found: dict[int, list[Appointment]] = defaultdict(list)
    for row in rows:
        found[row.agenda_id].append(row)
    return found


def _bounds(agendas: Sequence[Agenda], first_day: date, last_day: date) -> tuple[datetime, datetime]:
    """The earliest and latest instants of these dates in the zones of the agendas."""
    zones = {ZoneInfo(agenda.location.timezone) for agenda in agendas} or {ZoneInfo("UTC")}
    low = min(clock.day_start(first_day, zone) for zone in zones)
    high = max(clock.day_start(last_day + timedelta(days=1), zone) for zone in zones)
    return clock.instant(low), clock.instant(high)


def _touches(row: Appointment, begins: int, ends: int) -> bool:
    start, end = _span(row)
    return start < ends and end > begins


def _span(row: Appointment) -> Interval:
    return clock.epoch_of(row.start_at), clock.epoch_of(row.end_at)


def _away(
    rows: Sequence[Absence], zone: ZoneInfo, first_day: date, last_day: date, begins: int, ends: int
) -> list[Away]:
    """The absences cut to the days shown; with a length of one second, the starts they bar are the absences themselves."""
    found = []
    for row in rows:
        for start, end in barred_by_absences([closing_of(row)], zone, 1, first_day, last_day):
            if start < ends and end > begins:
                found.append(Away(max(start, begins), min(end, ends), row.label))
    return sorted(found, key=lambda one: (one.start, one.end))


def _without(open_time: Sequence[Interval], taken: Sequence[Interval]) -> list[Interval]:
    """What is left of merged ranges when other merged ranges are taken out."""
    left = []
    for start, end in open_time:
        at = start
        for low, high in taken:
            if high <= at:
                continue
            if low >= end:
                break
            if low > at:
                left.append((at, low))
            at = max(at, high)
        if at < end:
            left.append((at, end))
    return left
