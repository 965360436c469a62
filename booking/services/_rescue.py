"""What the acts of a rescue share: its refusals, its locks, the starts it keeps, the answer of a patient."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from booking.enums import RescueAnswer, Status
from booking.models import Appointment, Rescue, RescueOffer
from booking.selectors.rescue import HOLDER
from booking.selectors.rescue_progress import holder_of
from booking.services import _write
from booking.services._locks import lock_performers
from core import audit, clock
from core.access import Actor
from core.exceptions import DomainError, NotForYou
from core.jobs import enqueue
from notifications.services import cancel_pending
from practitioners.models import Agenda

SETTLE = "booking.settle_rescue"
SETTLED_EVERY = timedelta(minutes=10)

MESSAGES = {
    "rescue_day": _("Choisissez un jour d’aujourd’hui à trente jours."),
    "rescue_too_many_days": _("Quatorze jours au plus en une fois."),
    "rescue_end": _("La fin des propositions va d’une demi-heure à sept jours."),
    "rescue_order": _("Cet ordre ne correspond plus aux rendez-vous du jour. Relisez la liste."),
    "rescue_nobody": _("Aucun rendez-vous n’est à replacer ce jour-là."),
    "rescue_slots": _("On garde d’une à trois heures par patient."),
    "rescue_over": _("Ces propositions sont terminées."),
    "rescue_answered": _("Une réponse a déjà été donnée pour ce rendez-vous."),
    "rescue_undo_over": _("Il est trop tard pour revenir en arrière : les patients sont prévenus."),
}
CONFLICTS = {"rescue_order", "rescue_over", "rescue_answered", "rescue_undo_over"}


class RescueRefused(DomainError):
    """An act on a closed day that cannot be done; the codes are those of `MESSAGES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code, MESSAGES[code], status=409 if code in CONFLICTS else 422)


def under_lock(found: Rescue, *more: int) -> Rescue:
    """The rescue read again once every performer of its starts is locked. Raises NotForYou when it was undone meanwhile.

    `more` are performers to lock as well. Every writer of offers and of their holds takes these locks first.
    """
    holds = holds_now(RescueOffer.objects.filter(rescue=found))
    lock_performers(found.agenda.practitioner_id, *more, *{hold.performer_id for hold in holds})
    current = Rescue.objects.select_related("agenda__location", "absence").filter(pk=found.pk).first()
    if current is None:
        raise NotForYou
    return current


def free_holds(offers: Sequence[RescueOffer]) -> set[int]:
    """Delete the starts kept for these offers; gives the performers whose listings change."""
    return _write.give_up_holds(
        Appointment.objects.filter(holder__in=[holder_of(offer) for offer in offers], status=Status.HELD)
    )


def answer(offer: RescueOffer, given: RescueAnswer) -> None:
    """Write the answer of one patient; what waits to be sent about it is called back."""
    offer.answer = given
    offer.answered_at = clock.now()
    offer.save(update_fields=["answer", "answered_at"])
    cancel_pending(subject_of(offer))


def subject_of(offer: RescueOffer) -> str:
    """The subject of the message of an offer."""
    return f"{HOLDER}{offer.pk}"


def holds_now(offers: Iterable[RescueOffer]) -> list[Appointment]:
    return list(Appointment.objects.filter(holder__in=[holder_of(offer) for offer in offers], status=Status.HELD))


def record(actor: Actor, action: str, row: Rescue, **facts: Any) -> None:
    audit.record(actor, action, row, practice_id=row.practice_id, agenda=row.agenda_id, day=row.day, **facts)


def zone_of_agenda(agenda: Agenda) -> ZoneInfo:
    return ZoneInfo(agenda.location.timezone)


def settle_later(current: Rescue) -> None:
    due_at = min(current.ends_at, clock.now() + SETTLED_EVERY)
    enqueue(SETTLE, due_at=due_at, unique=f"{SETTLE}:{current.pk}", rescue_id=current.pk)
