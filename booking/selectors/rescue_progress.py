"""Rescues under way, read: which days one act closed, how far each patient is, what a patient may choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from booking.enums import RescueAnswer, Status, TaskKind
from booking.models import Appointment, Rescue, RescueOffer, Task
from booking.selectors.appointments import SHOWN
from booking.selectors.rescue import HOLDER
from core import clock
from core.access import Actor, get_or_404, scoped
from practitioners.models import Agenda


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


def linked_rescues(found: Rescue) -> list[Rescue]:
    """The days closed by the same act, this one among them, in order: they bear the instant of that act."""
    same_act = Rescue.objects.filter(
        practice=found.practice_id,
        created_by=found.created_by_id,
        created_at=found.created_at,
        agenda__practitioner=found.agenda.practitioner_id,
    )
    rows = same_act.select_related("agenda__location__place", "agenda__practitioner", "absence")
    return list(rows.order_by("day", "agenda_id"))


def progress(found: Sequence[Rescue]) -> list[Progress]:
    """How far every patient of these days is, in the practice's order. Three statements."""
    offers = list(
        RescueOffer.objects.filter(rescue__in=[one.pk for one in found])
        .select_related("rescue", *(f"appointment__{path}" for path in SHOWN))
        .prefetch_related(Prefetch("appointment__tasks", queryset=_open_calls(), to_attr="open_calls"))
        .order_by("position", "pk")
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
