"""Ending somebody's right to act, hiding one's contact details, and what a practice records."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from core import audit, clock
from core.access import Actor, get_or_404
from patients.enums import Level
from patients.models import Guardianship
from patients.services._ending import end_right


def revoke_guardianship(*, actor: Actor, guardianship: UUID) -> None:
    """End a right to act: the person it is about takes it back, or the guardian gives it up.

    Raises NotForYou, another guardian included; `has_upcoming_visits` as `remove_relative`.
    """
    with transaction.atomic():
        right = get_or_404(actor, Guardianship, "end", uid=guardianship)
        gone = end_right(actor, right, right.patient)
        audit.record(actor, "patients.revoke_guardianship", right, patient_id=right.patient_id, removed=gone)


def hide_contact(*, actor: Actor, guardianship: UUID, hidden: bool) -> Guardianship:
    """Show or hide one's own contact details to the other guardians of that person. Raises NotForYou."""
    with transaction.atomic():
        right = get_or_404(actor, Guardianship, "hide_contact", uid=guardianship)
        right.contact_hidden = hidden
        right.save(update_fields=["contact_hidden"])
        audit.record(actor, "patients.hide_contact", right, patient_id=right.patient_id, hidden=hidden)
    return right


def record_guardianship_by_practice(*, actor: Actor, guardianship: UUID) -> Guardianship:
    """The practice has seen the proof (livret de famille, jugement): a declared right becomes a granted one.

    For a person without an account, whose file the practice keeps; one who has an account grants it. Raises NotForYou.
    """
    with transaction.atomic():
        found = get_or_404(actor, Guardianship, "record", uid=guardianship)
        right = Guardianship.objects.select_for_update().get(pk=found.pk)
        right.level, right.accepted_at = Level.GRANTED, clock.now()
        right.save(update_fields=["level", "accepted_at"])
        audit.record(
            actor,
            "patients.record_guardianship",
            right,
            patient_id=right.patient_id,
            practice_id=actor.practice_id,
        )
    return right
