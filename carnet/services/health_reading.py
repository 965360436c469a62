"""A professional reads a shared profile: each reading is written down for the patient before anything is shown."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from carnet.selectors.health import ProfilePage, shared_page
from core import audit
from core.access import Actor


def open_profile(*, actor: Actor, patient: UUID) -> ProfilePage:
    """The profile of a person whose whole record is shared with the actor. Raises NotForYou."""
    with transaction.atomic():
        page = shared_page(actor, patient)
        audit.record(
            actor, "carnet.open_profile", page.person, patient_id=page.person.pk, practice_id=actor.practice_id
        )
    return page
