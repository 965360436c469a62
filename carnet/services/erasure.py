"""Erases records for good: their keys first, so that no copy of them opens any more, then their rows and objects."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.registry import Erased, erases, replayed
from carnet.exceptions import CarnetRefusal
from carnet.models import (
    AccessAlert,
    AccessBlock,
    CheckupForm,
    Document,
    DocumentVersion,
    EmergencyContact,
    Grant,
    HealthItem,
    HealthProfile,
    Measure,
    PatientKey,
    PreventionAct,
    PreventionConsent,
    PreventionNotice,
    PreventionRefusal,
    Preview,
    Vaccination,
)
from carnet.services._objects import delete_objects
from core import audit, clock, ledger
from core.access import Actor, get_or_404
from patients.models import Guardianship, Patient
from patients.services.locks import lock_patients

# Everything that hangs on a person; the notices first, since they hang on the digests too.
KEPT: tuple[Any, ...] = (
    PreventionNotice,
    PreventionConsent,
    PreventionRefusal,
    PreventionAct,
    CheckupForm,
    EmergencyContact,
    Measure,
    Vaccination,
    HealthItem,
    HealthProfile,
    Grant,
    AccessBlock,
    Document,
)


def erase_record(*, actor: Actor, patient: UUID) -> int:
    """Erases a record at the wish of who keeps it, and leaves the account; how many rows went.

    Raises NotForYou, and `kept_by_others` for a person without an account whom somebody else acts for too.
    """
    with ledger.erasing() as note, transaction.atomic():
        person = get_or_404(actor, Patient, "keep_documents", uid=patient)
        lock_patients(person.pk)
        others = Guardianship.objects.active(clock.now()).filter(patient=person).exclude(user=actor.user_id)
        if person.user_id is None and others.exists():
            raise CarnetRefusal("kept_by_others")
        gone = erase_records(actor, [person.pk])
        note("record", records=[person.pk])
    return gone


@erases("carnet")
def erase_own_records(actor: Actor, user_id: int) -> Erased:
    """The records of the account's person and of those nobody else acts for, in the transaction that closes it.

    It comes before `patients` by its name, while the identities still say whose they are.
    """
    if (before := replayed()) is not None:
        erase_records(actor, before.get("records", []))
        return before
    own = list(Patient.objects.filter(user_id=user_id).values_list("pk", flat=True))
    people = [*own, *_alone_with(user_id)]
    erase_records(actor, people)
    return {"records": people}


def erase_records(actor: Actor, people: list[int]) -> int:
    """Within the caller's transaction: keys, rows, then after the commit the objects that nothing opens any more."""
    PatientKey.objects.filter(patient_id__in=people).delete()
    versions = DocumentVersion.objects.filter(patient__in=people)
    names = list(versions.values_list("object_name", flat=True))
    names += Preview.objects.filter(version__patient__in=people).values_list("object_name", flat=True)
    gone = sum(model.objects.filter(patient__in=people).delete()[0] for model in KEPT)
    AccessAlert.objects.filter(patient_id__in=people).delete()
    for pk in people:
        audit.record(actor, "carnet.erase_record", patient_id=pk)
    transaction.on_commit(lambda: delete_objects(names), robust=True)
    return gone


def erase_documents(actor: Actor, documents: list[int]) -> int:
    """Within the caller's transaction: these documents, by their numbers, with their objects; how many were there."""
    versions = DocumentVersion.objects.filter(document__in=documents)
    names = list(versions.values_list("object_name", flat=True))
    names += Preview.objects.filter(version__in=versions).values_list("object_name", flat=True)
    found = list(Document.objects.filter(pk__in=documents))
    for document in found:
        audit.record(actor, "carnet.purge_document", document, patient_id=document.patient_id)
        document.delete()
    transaction.on_commit(lambda: delete_objects(names), robust=True)
    return len(found)


def _alone_with(user_id: int) -> list[int]:
    """The people without an account for whom only this account acts: their identity goes with it."""
    live = Guardianship.objects.active(clock.now()).filter(patient__user__isnull=True)
    shared = live.exclude(user=user_id).filter(patient__guardianships__user=user_id)
    others = set(shared.values_list("patient_id", flat=True))
    return [pk for pk in live.filter(user=user_id).values_list("patient_id", flat=True) if pk not in others]
