"""What the acts of the waitlist share: its refusals, the hold behind an offer, and how an offer ends."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.enums import Status, WaitlistAnswer
from booking.exceptions import Refusal
from booking.models import Appointment, WaitlistEntry, WaitlistOffer
from booking.services import _news
from booking.services._locks import lock_performers
from core import audit, clock
from core.access import Actor
from core.exceptions import DomainError
from notifications.services import cancel_pending
from practitioners.models import AgendaReason

HOLDER = "waitlist:"

MESSAGES = {
    "waitlist_twice": _("Cette personne attend déjà pour ce motif."),
    "waitlist_full": _("Vous attendez déjà pour dix motifs. Quittez une liste avant d’en rejoindre une autre."),
    "waitlist_dates": _("Le dernier jour vient après le premier, et dans l’année."),
    "waitlist_windows": _("Indiquez des heures qui se suivent, vingt-huit plages au plus."),
    "waitlist_agendas": _("Choisissez un ou plusieurs soignants du même cabinet."),
    "waitlist_over": _("Cette inscription en liste d’attente est terminée."),
    "offer_over": _("Cette heure n’est plus gardée pour vous."),
    "offer_not_over": _("Cette proposition est déjà terminée."),
    "sign_in_needed": _("Connectez-vous pour prendre cette heure."),
}
CONFLICTS = {"waitlist_twice", "waitlist_over", "offer_over"}


class WaitlistRefused(DomainError):
    """An act on the waitlist that cannot be done; the codes are those of `MESSAGES`."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, MESSAGES[code], status=409 if code in CONFLICTS else 422, **details)


def holder_of(offer: WaitlistOffer) -> str:
    """The mark of the hold that keeps the time of an offer."""
    return f"{HOLDER}{offer.uid}"


def subject_of(offer: WaitlistOffer) -> str:
    """The subject of the messages of an offer."""
    return f"{HOLDER}{offer.pk}"


def under_lock(found: WaitlistOffer, *more: int) -> WaitlistOffer:
    """The offer read again once its practitioner, and `more`, are locked."""
    lock_performers(found.agenda.practitioner_id, *more)
    return (
        WaitlistOffer.objects.select_related(
            "agenda__practitioner", "hold", "task", "entry__visit_reason", "entry__patient", "entry__record__patient",
            "entry__user", "entry__appointment__agenda",
        )
        .select_for_update(of=("self", "entry"))
        .get(pk=found.pk)
    )  # fmt: skip


def close(offer: WaitlistOffer, answer: WaitlistAnswer, *, keep_hold: bool = False) -> None:
    """Write how an offer ended: its hold is deleted (or became the visit), its messages called back, its call is made.

    The caller holds the practitioner's lock.
    """
    now = clock.now()
    offer.answer, offer.answered_at = answer, now
    offer.save(update_fields=["answer", "answered_at"])
    cancel_pending(subject_of(offer))
    if not keep_hold:
        Appointment.objects.filter(holder=holder_of(offer), status=Status.HELD).delete()
        _news.refresh_listings(offer.agenda.practitioner_id)
    if offer.task is not None and offer.task.done_at is None:
        offer.task.done_at = now
        offer.task.save(update_fields=["done_at"])


def live_offer(entry: WaitlistEntry) -> WaitlistOffer | None:
    """The offer the person has not answered yet, over or not."""
    rows = WaitlistOffer.objects.filter(entry=entry, answer=WaitlistAnswer.WAITING)
    return rows.select_related("agenda").first()


def check_live(offer: WaitlistOffer) -> None:
    """Raises `offer_over` when the offer was answered, has ended or was taken back."""
    if not offer.is_live(clock.now()) or not offer.entry.is_waiting:
        raise WaitlistRefused("offer_over", answer=offer.answer)


def lock_entry(entry: WaitlistEntry) -> WaitlistEntry:
    """The entry read again, with its practitioner's lock when a time is kept for it.

    Raises `agenda_busy` when another offer was made while we waited.
    """
    offer = live_offer(entry)
    if offer is not None:
        lock_performers(offer.agenda.practitioner_id)
    current = WaitlistEntry.objects.select_for_update().get(pk=entry.pk)
    after = live_offer(current)
    if after is not None and (offer is None or after.agenda.practitioner_id != offer.agenda.practitioner_id):
        raise Refusal("agenda_busy")
    return current


def terms_of(offer: WaitlistOffer) -> AgendaReason | None:
    """How the agenda offers the reason now."""
    return (
        AgendaReason.objects.filter(
            agenda=offer.agenda_id,
            visit_reason=offer.entry.visit_reason_id,
            visit_reason__archived_at__isnull=True,
        )
        .select_related(
            "agenda__location__place", "agenda__practice", "agenda__practitioner__specialty", "visit_reason"
        )
        .first()
    )


def record(actor: Actor, action: str, entry: WaitlistEntry, **facts: Any) -> None:
    audit.record(actor, action, entry, patient_id=entry.patient_id, practice_id=entry.practice_id, **facts)
