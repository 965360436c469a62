"""Health pages open: each reading by a professional or a relative is written down for the person before anything shows."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from carnet.models.prevention import CheckupForm
from carnet.selectors.checkups import checkup_of
from carnet.selectors.health import ProfilePage, profile_page, shared_page
from carnet.selectors.prevention import person_of_health
from carnet.selectors.readers import is_news_to_others
from carnet.services.watching import watch_accesses
from core import audit
from core.access import Actor, Space
from patients.models import Patient


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
    _tell(actor, "carnet.open_profile", page.person, page.person)
    return page


def open_vaccines(*, actor: Actor, patient: UUID) -> Patient:
    """Whose vaccination book opens, on the patient's side. Raises NotForYou."""
    return _opened(actor, patient, "carnet.open_vaccines")


def open_prevention(*, actor: Actor, patient: UUID) -> Patient:
    """Whose calendar of prevention opens, on the patient's side. Raises NotForYou."""
    return _opened(actor, patient, "carnet.open_prevention")


def _opened(actor: Actor, patient: UUID, deed: str) -> Patient:
    person = person_of_health(actor, patient)
    _tell(actor, deed, person, person)
    return person


def _tell(actor: Actor, deed: str, target: Patient | CheckupForm, person: Patient) -> None:
    if is_news_to_others(actor, person):
        with transaction.atomic():
            audit.record(actor, deed, target, patient_id=person.pk)


def open_checkup(*, actor: Actor, checkup: UUID) -> CheckupForm:
    """The questionnaire, or for a practice the one joined to a visit; its reading is written down first. Raises NotForYou."""
    form = checkup_of(actor, checkup)
    if actor.space == Space.PRACTICE:
        with transaction.atomic():
            audit.record(actor, "carnet.open_checkup", form, patient_id=form.patient_id, practice_id=actor.practice_id)
        watch_accesses(actor=actor, patient_id=form.patient_id)
    else:
        _tell(actor, "carnet.open_checkup", form, form.patient)
    return form
