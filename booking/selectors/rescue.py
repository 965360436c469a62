"""The rescue of a closed day, read: whom it touches, what could be offered, how far it got, what a patient may choose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q, QuerySet

from booking.calendar import load_calendars, rules_of
from booking.enums import OPEN, RescueAnswer, Status, TaskKind
from booking.models import Appointment, Rescue, RescueOffer, Task
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


def visits_of_day(actor: Actor, agenda: Agenda, day: date, *, now: datetime) -> list[Appointment]:
    """The visits still to come that begin on this local day, in order of time; none of a deceased person."""
    zone = ZoneInfo(agenda.location.timezone)
    low, high = (clock.combine(at, time.min, zone) for at in (day, day + timedelta(days=1)))
    rows = (
        scoped(actor, Appointment, "read")
        .filter(agenda=agenda, status__in=OPEN, start_at__gte=max(low, now), start_at__lt=high)
        .filter(Q(record__patient=None) | Q(record__patient__deceased_on=None), record__deceased_on=None)
        .select_related(*SHOWN)
    )
    return list(rows.order_by("start_at", "pk"))


def colleagues_of(actor: Actor, agenda: Agenda) -> list[Agenda]:
    """Other practitioners' agendas of the practice that the actor runs: where hours may be kept, if they agree."""
    mine = scoped(actor, Agenda, "manage").filter(practice=agenda.practice_id)
    rows = mine.exclude(practitioner=agenda.practitioner_id).select_related("practitioner", "location")
    return list(rows.order_by("practitioner__last_name", "pk"))


def preview(
    actor: Actor,
    agenda: Agenda,
    day: date,
    visits: Sequence[Appointment],
    *,
    ends_at: datetime,
    colleagues: Sequence[Agenda],
    each: int = EACH,
) -> list[Line]:
    """What closing the day would keep, in the order of the visits given. A fixed number of statements."""
    kept = plan_rescue(actor, agenda, day, visits, ends_at=ends_at, colleagues=colleagues, now=clock.now(), each=each)
    reach = reach_of(visits)
    return [
        Line(visit, reach[visit.pk], must_be_called(visit, reach[visit.pk]), kept.get(visit.pk, [])) for visit in visits
    ]


def plan_rescue(
    actor: Actor,
    agenda: Agenda,
    day: date,
    visits: Sequence[Appointment],
    *,
    ends_at: datetime,
    colleagues: Sequence[Agenda],
    now: datetime,
    each: int = EACH,
) -> dict[int, list[Kept]]:
    """The starts to keep by visit, all after `ends_at`, never on the closed day with the practitioner who is away."""
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
        if at == day and offers[offer].agenda.practitioner_id == agenda.practitioner_id:
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


@dataclass(frozen=True, slots=True)
class Progress:
    """One patient of a rescue: the answer, the starts still kept, and the open call (none or one)."""

    offer: RescueOffer
    visit: Appointment
    holds: Sequence[Appointment]
    calls: Sequence[Task]
    zone: str

    @property
    def to_call(self) -> bool:
        return bool(self.calls)

    @property
    def state(self) -> str:
        """The answer, or what became of the visit by another way."""
        if self.visit.is_cancelled:
            return "cancelled"
        return self.offer.answer


def rescue(actor: Actor, uid: UUID) -> Rescue:
    """One rescue. Raises NotForYou."""
    return get_or_404(actor, Rescue, "manage", uid=uid)


def rescue_of_day(actor: Actor, agenda: Agenda, day: date) -> Rescue | None:
    """The last rescue of this day, over or not."""
    return scoped(actor, Rescue, "manage").filter(agenda=agenda, day=day).order_by("-pk").first()


def progress(found: Rescue) -> list[Progress]:
    """How far every patient of the rescue is, in the practice's order. Three statements."""
    offers = list(
        found.offers.select_related(*(f"appointment__{path}" for path in SHOWN))
        .prefetch_related(Prefetch("appointment__tasks", queryset=_open_calls(), to_attr="open_calls"))
        .order_by("position")
    )
    holds = holds_of(offers)
    return [
        Progress(
            offer,
            offer.appointment,
            holds[offer.pk],
            offer.appointment.open_calls,  # type: ignore[attr-defined]
            offer.appointment.agenda.location.timezone,
        )
        for offer in offers
    ]


def _open_calls() -> QuerySet[Task]:
    return Task.objects.filter(kind=TaskKind.TELL, done_at__isnull=True)


def holder_of(offer: RescueOffer) -> str:
    """The holder of the starts kept for this patient alone."""
    return f"{HOLDER}{offer.uid}"


def holds_of(offers: Sequence[RescueOffer]) -> dict[int, list[Appointment]]:
    """The starts still kept, by offer, in order of time. One statement."""
    owner = {holder_of(offer): offer.pk for offer in offers}
    rows = (
        Appointment.objects.filter(holder__in=list(owner), status=Status.HELD, expires_at__gt=clock.now())
        .select_related("agenda__location__place", "agenda__practice", "performer__specialty", "visit_reason")
        .order_by("start_at", "pk")
    )
    found: dict[int, list[Appointment]] = {offer.pk: [] for offer in offers}
    for row in rows:
        found[owner[row.holder]].append(row)
    return found


def open_offer(visit: Appointment) -> RescueOffer | None:
    """What is offered in the place of this visit at this moment, or None."""
    return (
        RescueOffer.objects.filter(
            appointment=visit,
            rescue__closed_at__isnull=True,
            rescue__ends_at__gt=clock.now(),
            answer__in=(RescueAnswer.WAITING, RescueAnswer.TO_CALL),
        )
        .select_related("rescue")
        .order_by("-pk")
        .first()
    )
