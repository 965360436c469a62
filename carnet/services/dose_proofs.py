"""What makes a declared dose more than declared: a document of the record, or a professional who says that it is so."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from carnet.enums import State
from carnet.enums_health import Proof
from carnet.models import Document
from carnet.models.health import Vaccination
from carnet.refusals_health import HealthRefusal
from carnet.services._health import person_of
from core import audit
from core.access import Actor, get_or_404, scoped
from practitioners.models import Practitioner


def prove_dose(*, actor: Actor, vaccination: UUID, document: UUID | None) -> Vaccination:
    """Ties a dose to a document of the same record that shows it, or with None unties it.

    Raises NotForYou, `confirmed` (409) once a professional confirmed it, `not_a_proof`.
    """
    with transaction.atomic():
        found = get_or_404(actor, Vaccination, "change", uid=vaccination)
        person = person_of(actor, found.patient.uid)
        found = _locked(found)
        if found.proof == Proof.PRACTITIONER:
            raise HealthRefusal("confirmed")
        if document is not None:
            papers = scoped(actor, Document, "read").filter(patient=person, uid=document, removed_at__isnull=True)
            if not papers.filter(state=State.CLEAN).exists():
                raise HealthRefusal("not_a_proof")
        found.document = document
        found.proof = Proof.DOCUMENT if document else Proof.DECLARED
        _save(found)
        audit.record(actor, "carnet.prove_dose", found, patient_id=person.pk, tied=document is not None)
    return found


def confirm_dose(*, actor: Actor, vaccination: UUID) -> Vaccination:
    """A professional whom the record is shared with, for reading and adding, confirms a dose; twice is once.

    Raises NotForYou.
    """
    with transaction.atomic():
        found = _locked(get_or_404(actor, Vaccination, "confirm", uid=vaccination))
        if found.proof != Proof.PRACTITIONER:
            found.proof = Proof.PRACTITIONER
            found.confirmed_by = Practitioner.objects.get(user_id=actor.user_id or 0)
            _save(found)
            audit.record(
                actor, "carnet.confirm_dose", found, patient_id=found.patient_id, practice_id=actor.practice_id
            )
    return found


def take_back_confirmation(*, actor: Actor, vaccination: UUID) -> Vaccination:
    """Who confirmed a dose by mistake takes it back; one that they noted themselves is gone with it.

    Raises NotForYou, `not_confirmed_by_you`.
    """
    with transaction.atomic():
        found = _locked(get_or_404(actor, Vaccination, "confirm", uid=vaccination))
        if found.confirmed_by is None or found.confirmed_by.user_id != actor.user_id:
            raise HealthRefusal("not_confirmed_by_you")
        audit.record(actor, "carnet.take_back_dose", found, patient_id=found.patient_id, practice_id=actor.practice_id)
        if found.author_id == actor.user_id and found.document is None:
            found.delete()
            return found
        found.confirmed_by = None
        found.proof = Proof.DOCUMENT if found.document else Proof.DECLARED
        _save(found)
    return found


def _locked(found: Vaccination) -> Vaccination:
    return Vaccination.objects.select_for_update(of=("self",)).select_related("confirmed_by").get(pk=found.pk)


def _save(found: Vaccination) -> None:
    found.revision += 1
    found.save(update_fields=["document", "proof", "confirmed_by", "revision"])
