"""How an agenda is shown: the rows of its list, the events of its grid, the words and signs of a visit. No query here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.desk_statuses import statuses_now
from booking.enums import CANCELLED, OCCUPYING, OPEN, Channel, Status
from booking.models import Appointment
from booking.selectors.desk_agenda import AgendaDays, DeskWindow
from core import clock
from core.phrasing import duration_text
from core.ui.signs import Sign, sign_of
from practitioners.models import Agenda

# Waited longer than this, a patient is shown in red.
PATIENCE = timedelta(minutes=20)
# So long before and after its hour, a patient may well come in.
AWAITED = timedelta(minutes=60)
# Free time too short for anybody.
SHORTEST_GAP = timedelta(minutes=5)
VERBS: dict[str, str | Promise] = {
    Status.ARRIVED: gettext_lazy("Arrivé"),
    Status.SEEN: gettext_lazy("Vu"),
    Status.NO_SHOW: gettext_lazy("Absent"),
    Status.EXCUSED: gettext_lazy("Excusé"),
    Status.BOOKED: gettext_lazy("Remettre à prévu"),
}


class Move(NamedTuple):
    """A status that may be noted now, and the word of its button."""

    status: str
    word: str | Promise


@dataclass(frozen=True)
class Line:
    """One row of the list. `kind`: visit, free, held, away or now. Times are aware instants."""

    kind: str
    start: datetime
    end: datetime
    zone: str
    visit: Appointment | None = None
    label: str = ""
    sign: Sign | None = None
    tint: int = 6
    moves: Sequence[Move] = ()
    may_act: bool = False
    struck: bool = False
    # Stands where the agenda does not receive: a visit kept when hours changed, put there on purpose, or imported.
    outside: bool = False
    # The act that is likely now, on a button of its own; all are behind the sign.
    prompt: Move | None = None

    @property
    def length(self) -> str:
        return duration_text(self.end - self.start)


@dataclass(frozen=True)
class Column:
    """One agenda on one day."""

    agenda: Agenda
    day: date
    lines: Sequence[Line]
    holiday: str = ""
    is_open: bool = True

    @property
    def count(self) -> int:
        """How many patients are expected or were received."""
        return sum(line.visit is not None and line.visit.status in OCCUPYING for line in self.lines)


@dataclass(frozen=True)
class Day:
    date: date
    is_today: bool
    columns: Sequence[Column]


@dataclass(frozen=True)
class Waiting:
    """Somebody in the waiting room."""

    visit: Appointment
    who: str
    zone: str
    since: datetime
    minutes: int
    late: bool


def days_of(window: DeskWindow) -> list[Day]:
    """The list view: each day, each agenda, what happens in order of time, and the free time between."""
    todays = {column.agenda.pk: clock.local_date(window.now, column.zone) for column in window.columns}
    return [
        Day(
            date=day,
            is_today=day in todays.values(),
            columns=[_column(column, day, window.now) for column in window.columns],
        )
        for day in window.days
    ]


def _column(column: AgendaDays, day: date, now: datetime) -> Column:
    begins, ends = clock.day_start(day, column.zone), clock.day_start(day + timedelta(days=1), column.zone)
    lines = sorted(_lines(column, begins, ends, now), key=lambda line: (line.start, line.end))
    is_open = any(start < ends and end > begins for start, end in column.openings)
    if begins <= clock.epoch_of(now) < ends and lines:
        at = next((n for n, line in enumerate(lines) if line.end > now), len(lines))
        lines.insert(at, Line("now", now, now, str(column.zone)))
    return Column(column.agenda, day, lines, column.holidays.get(day, ""), is_open)


def _lines(column: AgendaDays, begins: int, ends: int, now: datetime) -> Iterator[Line]:
    zone = str(column.zone)
    for visit in column.visits:
        if begins <= clock.epoch_of(visit.start_at) < ends:
            yield replace(visit_line(visit, zone, now), outside=is_outside(visit, column))
    for hold in column.holds:
        if begins <= clock.epoch_of(hold.start_at) < ends:
            yield Line("held", hold.start_at, hold.end_at, zone, label=hold_words(hold, column.zone))
    for away in column.absences:
        if away.start < ends and away.end > begins:
            low, high = max(away.start, begins), min(away.end, ends)
            yield Line("away", clock.instant(low), clock.instant(high), zone, label=away.label or _("Absence"))
    present = clock.epoch_of(now)
    for start, end in column.free:
        low, high = max(start, begins, present + -present % 300), min(end, ends)
        if high - low >= SHORTEST_GAP.total_seconds():
            yield Line("free", clock.instant(low), clock.instant(high), zone)


def is_outside(visit: Appointment, column: AgendaDays) -> bool:
    """Whether no opening covers the whole visit, or an absence lies over it; one that is over or cancelled is left alone."""
    start, end = clock.epoch_of(visit.start_at), clock.epoch_of(visit.end_at)
    if visit.status not in OPEN:
        return False
    away = any(one.start < end and one.end > start for one in column.absences)
    return away or not any(low <= start and end <= high for low, high in column.openings)


def hold_words(hold: Appointment, zone: ZoneInfo) -> str:
    """Until when a time is kept, and by whom when a member of the team does; a visitor of the site has no name."""
    until = f"{(hold.expires_at or hold.end_at).astimezone(zone):%H:%M}"
    if hold.channel == Channel.DESK and hold.booked_by is not None and hold.booked_by.display_name:
        return _("Gardé par %(name)s jusqu’à %(hour)s") % {"name": hold.booked_by.display_name, "hour": until}
    return _("Créneau gardé jusqu’à %s") % until


def visit_line(visit: Appointment, zone: str, now: datetime) -> Line:
    """The row of one visit, with what may be noted of it now."""
    kind = _sign_kind(visit)
    moves = [Move(str(s), VERBS[s]) for s in statuses_now(visit.status, visit.start_at, ZoneInfo(zone), now)]
    return Line(
        kind="visit",
        start=visit.start_at,
        end=visit.end_at,
        zone=zone,
        visit=visit,
        label=visit.record.display_name if visit.record else "",
        sign=sign_of(kind, practice=True),
        tint=visit.visit_reason.tint,
        moves=moves,
        may_act=visit.status not in CANCELLED,
        struck=visit.status in CANCELLED or visit.status == Status.NO_SHOW,
        prompt=moves[0] if moves and _is_awaited(visit, now) else None,
    )


def _sign_kind(visit: Appointment) -> str:
    if visit.status == Status.BOOKED and visit.overbooked:
        return "urgent"
    return "confirmed" if visit.status == Status.BOOKED and visit.confirmed_at is not None else visit.status


def _is_awaited(visit: Appointment, now: datetime) -> bool:
    """Whether something is to be noted of the visit about now."""
    return visit.status == Status.ARRIVED or (visit.status == Status.BOOKED and abs(visit.start_at - now) < AWAITED)


def waiting_of(window: DeskWindow) -> list[Waiting]:
    """Who waits, the longest first; those of another day are left to that day's list."""
    columns = {column.agenda.pk: column for column in window.columns}
    found = []
    for visit in window.waiting:
        column = columns[visit.agenda_id]
        if clock.local_date(visit.start_at, column.zone) != clock.local_date(window.now, column.zone):
            continue
        since = visit.arrived_at or visit.start_at
        waited = max(timedelta(), window.now - since)
        found.append(
            Waiting(
                visit=visit,
                who=column.agenda.practitioner.last_name,
                zone=str(column.zone),
                since=since,
                minutes=int(waited.total_seconds() // 60),
                late=waited > PATIENCE,
            )
        )
    return found


def surname(visit: Appointment) -> str:
    return (visit.record.used_name or visit.record.birth_name) if visit.record else ""
