"""How a practice is doing over some days: filling, lead time, absences, cancellations, new patients. Counts, never a person.

A visit counts on the local day it begins. Rates and medians under ten visits are not given: they would speak of people.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef
from django.utils.translation import get_language

from booking.calendar import closing_of, in_force, load_openings
from booking.enums import CANCELLED, Channel, Status
from booking.expansion import barred_by_absences, windows
from booking.intervals import Interval, merged
from booking.models import Absence, Appointment
from booking.schedule import AgendaCalendar
from core import clock
from core.access import Actor, scoped
from practitioners.holidays import public_holidays
from practitioners.models import Agenda

# Under this many visits a rate or a median says too much of few people (k-anonymity of the practice's own figures).
FEWEST = 10
LONGEST_DAYS = 366
# Visits that were or will be held, the missed ones included: somebody's time was kept for them.
KEPT = (Status.BOOKED, Status.ARRIVED, Status.SEEN, Status.NO_SHOW)
BY_PATIENT = (Status.CANCELLED_BY_PATIENT, Status.EXCUSED)


@dataclass(slots=True)
class Tally:
    """The counts of one line. Minutes are whole; `opened` stays None where opening hours belong to no such line."""

    label: str = ""
    visits: int = 0
    seen: int = 0
    no_shows: int = 0
    by_patient: int = 0
    by_practice: int = 0
    newcomers: int = 0
    opened: int | None = None
    filled: int = 0
    leads: list[float] = field(default_factory=list)

    @property
    def cancelled(self) -> int:
        return self.by_patient + self.by_practice

    @property
    def fill_rate(self) -> int | None:
        """Percent of the opened time that visits take; None where nothing was open."""
        return round(100 * self.filled / self.opened) if self.opened else None

    @property
    def lead_days(self) -> int | None:
        """The median number of days between booking and the visit, whole."""
        return round(median(self.leads)) if len(self.leads) >= FEWEST else None

    @property
    def no_show_rate(self) -> int | None:
        """Percent of the visits that are over to which nobody came."""
        return _percent(self.no_shows, self.seen + self.no_shows)

    @property
    def cancel_rate(self) -> int | None:
        return _percent(self.cancelled, self.visits + self.cancelled)


@dataclass(frozen=True, slots=True)
class Bar:
    """Kept visits of the days from `first` to `last`; `is_now` holds today."""

    first: date
    last: date
    visits: int
    is_now: bool


@dataclass(frozen=True, slots=True)
class Figures:
    first_day: date
    last_day: date
    whole: Tally
    by_agenda: Sequence[Tally]
    by_reason: Sequence[Tally]
    bars: Sequence[Bar]


def agendas_counted(actor: Actor) -> list[Agenda]:
    """The agendas whose figures the actor reads: those they arrange; nobody counts the work of whom they replace."""
    rows = scoped(actor, Agenda, "arrange").select_related("practitioner", "location__place")
    return list(rows.order_by("practitioner__name_key", "pk"))


def figures_of(
    actor: Actor, run: Sequence[Agenda], *, first_day: date, last_day: date, agenda: UUID | None = None
) -> Figures:
    """The figures of the agendas among `run` (or of one), for local days, both included. Three statements."""
    agendas = [row for row in run if agenda is None or row.uid == agenda]
    zones = {row.pk: ZoneInfo(row.location.timezone) for row in agendas}
    whole = Tally(opened=0)
    lines = {row.pk: Tally(label=f"{row.practitioner.display_name}, {row.location.name}", opened=0) for row in agendas}
    reasons: dict[int, tuple[Tally, str]] = {}
    days: dict[date, int] = defaultdict(int)
    busy: dict[int, list[Interval]] = defaultdict(list)
    for visit in _visits(actor, agendas, first_day, last_day):
        day = clock.local_date(visit.start_at, zones[visit.agenda_id])
        if not first_day <= day <= last_day:
            continue
        known = reasons.setdefault(visit.visit_reason_id, (Tally(label=visit.reason_now), visit.specialty_name))
        for tally in (whole, lines[visit.agenda_id], known[0]):
            _count(tally, visit)
        if visit.status in KEPT:
            days[day] += 1
            busy[visit.agenda_id].append((clock.epoch_of(visit.start_at), clock.epoch_of(visit.end_at)))
    for pk, open_time in _opened(agendas, first_day, last_day).items():
        opened, filled = _length(open_time), _length(_common(open_time, merged(busy[pk])))
        for tally in (whole, lines[pk]):
            tally.opened = (tally.opened or 0) + opened // 60
            tally.filled += filled // 60
    today = clock.today(next(iter(zones.values()), ZoneInfo("Europe/Paris")))
    return Figures(
        first_day=first_day,
        last_day=last_day,
        whole=whole,
        by_agenda=list(lines.values()),
        by_reason=sorted(_told_apart(reasons), key=lambda line: (-line.visits, line.label)),
        bars=_bars(days, first_day, last_day, today),
    )


def _told_apart(reasons: Mapping[int, tuple[Tally, str]]) -> list[Tally]:
    """The lines by reason; two reasons of one name bear the specialty as well."""
    names = Counter(line.label for line, _ in reasons.values())
    for line, specialty in reasons.values():
        if names[line.label] > 1:
            line.label = f"{line.label} ({specialty})"
    return [line for line, _ in reasons.values()]


def _visits(actor: Actor, agendas: Sequence[Agenda], first_day: date, last_day: date) -> Iterable[Any]:
    """Rows with what is counted and nothing of who came; `known` tells an earlier visit of the same file."""
    utc = ZoneInfo("UTC")
    low = clock.instant(clock.day_start(first_day, utc)) - timedelta(hours=14)
    high = clock.instant(clock.day_start(last_day, utc)) + timedelta(hours=36)
    earlier = Appointment.objects.filter(record=OuterRef("record"), start_at__lt=OuterRef("start_at"), status__in=KEPT)
    rows = scoped(actor, Appointment, "read").filter(
        agenda__in=[row.pk for row in agendas], start_at__gte=low, start_at__lt=high
    )
    named = "name_en" if (get_language() or "fr").startswith("en") else "name"
    shown = {"reason_now": F("visit_reason__name"), "specialty_name": F(f"visit_reason__specialty__{named}")}
    return rows.annotate(known=Exists(earlier), **shown).values_list(
        "agenda_id", "visit_reason_id", "start_at", "end_at", "status", "channel", "created_at", "known", *shown,
        named=True,
    )  # fmt: skip


def _count(tally: Tally, visit: Any) -> None:
    if visit.status in KEPT:
        tally.visits += 1
        tally.seen += visit.status == Status.SEEN
        tally.no_shows += visit.status == Status.NO_SHOW
        tally.newcomers += not visit.known
        ahead = (visit.start_at - visit.created_at).total_seconds()
        if visit.channel != Channel.IMPORT and ahead > 0:
            tally.leads.append(ahead / clock.DAY)
    elif visit.status in BY_PATIENT:
        tally.by_patient += 1
    elif visit.status in CANCELLED:
        tally.by_practice += 1


def _opened(agendas: Sequence[Agenda], first_day: date, last_day: date) -> dict[int, list[Interval]]:
    """The opened time of each agenda inside these days, holidays and absences taken out; two statements."""
    keys = [row.pk for row in agendas]
    openings = load_openings(keys, first_day, last_day)
    absences: dict[int, list[Absence]] = defaultdict(list)
    for row in Absence.objects.filter(in_force(first_day, last_day), agenda__in=keys):
        absences[row.agenda_id].append(row)
    found = {}
    for agenda in agendas:
        zone = ZoneInfo(agenda.location.timezone)
        holidays = public_holidays(agenda.location.place.department, first_day, last_day)
        calendar = AgendaCalendar(zone=zone, holidays=holidays)
        bounds = (clock.day_start(first_day, zone), clock.day_start(last_day + timedelta(days=1), zone))
        shown = windows(openings[agenda.pk], zone, first_day, last_day)
        open_time = merged((one.start, one.end) for one in shown if not one.closed_by_holiday(calendar))
        closings = [closing_of(row) for row in absences[agenda.pk]]
        away = merged(barred_by_absences(closings, zone, 1, first_day, last_day))
        inside = _common(open_time, [bounds])
        found[agenda.pk] = _common(inside, _outside(away, *bounds))
    return found


def _common(first: Sequence[Interval], second: Sequence[Interval]) -> list[Interval]:
    """What two lists of merged ranges share."""
    shared, position = [], 0
    for start, end in first:
        while position < len(second) and second[position][1] <= start:
            position += 1
        index = position
        while index < len(second) and second[index][0] < end:
            shared.append((max(start, second[index][0]), min(end, second[index][1])))
            index += 1
    return shared


def _outside(taken: Sequence[Interval], low: int, high: int) -> list[Interval]:
    """What is left between two instants beside merged ranges."""
    edges = [low, *(edge for interval in taken for edge in interval), high]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]


def _length(intervals: Iterable[Interval]) -> int:
    return sum(end - start for start, end in intervals)


def _bars(days: Mapping[date, int], first_day: date, last_day: date, today: date) -> list[Bar]:
    """One bar a day up to a month, one a week up to half a year, else one a month."""
    length = (last_day - first_day).days + 1
    bars, first = [], first_day
    while first <= last_day:
        last = min(_end_of(first, length), last_day)
        count = sum(days.get(first + timedelta(days=number), 0) for number in range((last - first).days + 1))
        bars.append(Bar(first, last, count, first <= today <= last))
        first = last + timedelta(days=1)
    return bars


def _end_of(first: date, length: int) -> date:
    if length <= 31:
        return first
    if length <= 183:
        return first + timedelta(days=6 - first.weekday())
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _percent(part: int, base: int) -> int | None:
    return round(100 * part / base) if base >= FEWEST else None


def last_days(now: datetime, zone: ZoneInfo, count: int = 90) -> tuple[date, date]:
    """The period shown first: so many days, today the last."""
    today = clock.local_date(now, zone)
    return today - timedelta(days=count - 1), today
