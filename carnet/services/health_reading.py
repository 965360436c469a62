"""A professional reads a shared profile: each reading is written down for the patient before anything is shown."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from carnet.models.prevention import CheckupForm
from carnet.selectors.checkups import checkup_of
from carnet.selectors.health import ProfilePage, profile_page, shared_page
from carnet.services.watching import watch_accesses
from core import audit
from core.access import Actor, Space, may


def open_profile(*, actor: Actor, patient: UUID) -> ProfilePage:
    """The profile of a person whose whole record is shared with the actor. Raises NotForYou."""
    with transaction.atomic():
        page = shared_page(actor, patient)
        audit.record(
            actor, "carnet.open_profile", page.person, patient_id=page.person.pk, practice_id=actor.practice_id
        )
    watch_accesses(actor=actor, patient_id=page.person.pk)
    return page


def open_own_profile(*, actor: Actor, patient: UUID) -> ProfilePage:
    """The profile on the patient's side; a relative's reading is written down for the person. Raises NotForYou."""
    page = profile_page(actor, patient)
    if not may(actor, "share_record", page.person):
        with transaction.atomic():
            audit.record(actor, "carnet.open_profile", page.person, patient_id=page.person.pk)
    return page


def open_checkup(*, actor: Actor, checkup: UUID) -> CheckupForm:
    """The questionnaire joined to a visit, its reading by a practice written down first. Raises NotForYou."""
    form = checkup_of(actor, checkup)
    if actor.space == Space.PRACTICE:
        with transaction.atomic():
            audit.record(actor, "carnet.open_checkup", form, patient_id=form.patient_id, practice_id=actor.practice_id)
        watch_accesses(actor=actor, patient_id=form.patient_id)
    return form
