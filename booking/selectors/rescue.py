"""The rescue of closed days before it is done: whom it touches, and what could be offered to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from booking.calendar import load_calendars, rules_of
from booking.enums import OPEN, Status
from booking.models import Appointment
from booking.rescue_plan import Choice, Ledger, Need, plan
from booking.schedule import Slot
from booking.selectors.appointments import SHOWN
from booking.selectors.offers import offered_modes
from booking.selectors.reach import Reach, must_be_called, reach_of
from booking.slots import available_slots
from core import clock
from core.access import Actor, get_or_404, scoped
from practitioners.models import Agenda, AgendaReason

HOLDER = "rescue:"
EACH = 3
LOOKED_THROUGH = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Kept:
    """A start found for a visit."""

    offer: AgendaReason
    slot: Slot


@dataclass(frozen=True, slots=True)
class Line:
    """One visit of the day before anything is done: how the patient is reached, and the starts that would be kept."""

    visit: Appointment
    reach: Reach
    to_call: bool
    kept: Sequence[Kept]


def agenda_of(actor: Actor, uid: UUID) -> Agenda:
    """An agenda whose hours the actor writes. Raises NotForYou."""
    found = get_or_404(actor, Agenda, "arrange", uid=uid)
    return Agenda.objects.select_related("location__place", "practitioner", "practice").get(pk=found.pk)


def places_of(actor: Actor, agenda: Agenda) -> list[Agenda]:
    """This agenda first, then the practitioner's other agendas of the practice whose hours the actor writes."""
    mine = scoped(actor, Agenda, "arrange").filter(practice=agenda.practice_id, practitioner=agenda.practitioner_id)
    rows = mine.exclude(pk=agenda.pk).select_related("location__place", "practitioner", "practice")
    return [agenda, *rows.order_by("pk")]


def visits_of_days(
    actor: Actor, agendas: Sequence[Agenda], first_day: date, last_day: date, *, now: datetime
) -> list[Appointment]:
    """The visits still to come of these agendas that begin on these local days, both included, in order of time.

    None of a deceased person. One statement.
    """
    zones = {agenda.pk: ZoneInfo(agenda.location.timezone) for agenda in agendas}
    low = min(clock.combine(first_day, time.min, zone) for zone in zones.values())
    high = max(clock.combine(last_day + timedelta(days=1), time.min, zone) for zone in zones.values())
    rows = (
        scoped(actor, Appointment, "read")
        .filter(agenda__in=list(zones), status__in=OPEN, start_at__gte=max(low, now), start_at__lt=high)
        .filter(Q(record__patient=None) | Q(record__patient__deceased_on=None), record__deceased_on=None)
        .select_related(*SHOWN)
    )
    return [
        row
        for row in rows.order_by("start_at", "pk")
        if first_day <= clock.local_date(row.start_at, zones[row.agenda_id]) <= last_day
    ]


def colleagues_of(actor: Actor, agenda: Agenda) -> list[Agenda]:
    """Other practitioners' agendas of the practice that the actor runs: where hours may be kept, if they agree."""
    mine = scoped(actor, Agenda, "manage").filter(practice=agenda.practice_id)
    rows = mine.exclude(practitioner=agenda.practitioner_id).select_related("practitioner", "location")
    return list(rows.order_by("practitioner__last_name", "pk"))


def preview(
    actor: Actor,
    agenda: Agenda,
    closed: Collection[date],
    visits: Sequence[Appointment],
    *,
    ends_at: datetime,
    colleagues: Sequence[Agenda],
    each: int = EACH,
) -> list[Line]:
    """What closing these days would keep, in the order of the visits given. A fixed number of statements."""
    kept = plan_rescue(
        actor, agenda, closed, visits, ends_at=ends_at, colleagues=colleagues, now=clock.now(), each=each
    )
    reach = reach_of(visits)
    return [
        Line(visit, reach[visit.pk], must_be_called(visit, reach[visit.pk]), kept.get(visit.pk, [])) for visit in visits
    ]


def plan_rescue(
    actor: Actor,
    agenda: Agenda,
    closed: Collection[date],
    visits: Sequence[Appointment],
    *,
    ends_at: datetime,
    colleagues: Sequence[Agenda],
    now: datetime,
    each: int = EACH,
) -> dict[int, list[Kept]]:
    """The starts to keep by visit, all after `ends_at`, never on a closed day with the practitioner who is away."""
    own = scoped(actor, Agenda, "manage").filter(practice=agenda.practice_id, practitioner=agenda.practitioner_id)
    offers = _offers(visits, [*own.values_list("pk", flat=True), *(one.pk for one in colleagues)])
    if not offers:
        return {}
    first = clock.local_date(ends_at, ZoneInfo(agenda.location.timezone))
    last = first + LOOKED_THROUGH
    rows = list(offers.values())
    calendars = load_calendars(rows, first_day=first - timedelta(days=1), last_day=last, now=now)

    @cache
    def free_on(offer: int, at: date, length: timedelta) -> Sequence[Slot]:
        if at in closed and offers[offer].agenda.practitioner_id == agenda.practitioner_id:
            return ()
        rules = rules_of(offers[offer], duration=length)
        found = available_slots(calendars[offer], rules, first_day=at, last_day=at, now=now)
        return [slot for slot in found if slot.start >= ends_at]

    def buffers(offer: int) -> tuple[timedelta, timedelta]:
        row = offers[offer]
        return timedelta(minutes=row.buffer_before_minutes), timedelta(minutes=row.buffer_after_minutes)

    performer_of = {pk: row.agenda.practitioner_id for pk, row in offers.items()}
    ledger = Ledger(performer_of, kept=_kept_elsewhere(rows, now))
    needs = [_need(visit, agenda, rows) for visit in visits]
    choices = plan(
        needs, free_on=free_on, buffers=buffers, ledger=ledger, first_day=first, last_day=last, each=min(each, EACH)
    )
    return _by_visit(choices, offers)


def _offers(visits: Sequence[Appointment], agendas: Iterable[int]) -> dict[int, AgendaReason]:
    """What these agendas offer of the reasons of the visits, online or not: the practice gives the hours itself."""
    rows = (
        AgendaReason.objects.filter(
            agenda__in=list(agendas),
            visit_reason__in={visit.visit_reason_id for visit in visits},
            visit_reason__archived_at__isnull=True,
        )
        .select_related("agenda__location__place", "agenda__practitioner", "visit_reason")
        .order_by("pk")
    )
    return {row.pk: row for row in rows}


def _need(visit: Appointment, agenda: Agenda, offers: Sequence[AgendaReason]) -> Need:
    suiting = [
        row for row in offers if row.visit_reason_id == visit.visit_reason_id and visit.mode in offered_modes(row)
    ]
    own = [row.pk for row in suiting if row.agenda.practitioner_id == agenda.practitioner_id]
    return Need(visit.pk, visit.duration, own, [row.pk for row in suiting if row.pk not in own])


def _kept_elsewhere(offers: Sequence[AgendaReason], now: datetime) -> dict[tuple[int, date], timedelta]:
    """What other rescues keep, by performer and local day."""
    zones = {row.agenda.practitioner_id: ZoneInfo(row.agenda.location.timezone) for row in offers}
    rows = Appointment.objects.filter(
        performer__in=list(zones), status=Status.HELD, holder__startswith=HOLDER, expires_at__gt=now
    )
    found: dict[tuple[int, date], timedelta] = defaultdict(timedelta)
    for performer, start, end in rows.values_list("performer_id", "start_at", "end_at").order_by("pk"):
        found[performer, clock.local_date(start, zones[performer])] += end - start
    return dict(found)


def _by_visit(choices: Iterable[Choice], offers: dict[int, AgendaReason]) -> dict[int, list[Kept]]:
    found: dict[int, list[Kept]] = defaultdict(list)
    for choice in sorted(choices, key=lambda one: one.slot.start):
        found[choice.need].append(Kept(offers[choice.offer], choice.slot))
    return dict(found)
