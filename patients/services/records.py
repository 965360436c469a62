"""A practice's file on a patient: made the first time somebody books online, recognised by the desk."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from core import audit
from core.access import Actor, get_or_404
from core.compiled_insert import CompiledInsert
from core.exceptions import NotForYou
from patients.enums import LinkOrigin
from patients.exceptions import PatientRefusal
from patients.models import Patient, PatientRecord
from patients.naming import name_key
from patients.phones import phone_key
from patients.selectors.contact import contact_of
from patients.services._merging import link
from patients.services.locks import lock_patients

_RECORDS = CompiledInsert(PatientRecord)


def ensure_record(*, actor: Actor, practice_id: int, patient: Patient) -> PatientRecord:
    """The practice's file on this patient, made when there is none.

    It assumes the transaction and the patient lock of a booking verb, whose audit row tells of it. A new file copies
    the identity and the verified contact of the person's own account, or else of the account that books; it does not
    make the person known to the practice (`known_since` stays empty).
    """
    found = PatientRecord.objects.filter(practice=practice_id, patient=patient, merged_into__isnull=True).first()
    return found or open_record(actor=actor, practice_id=practice_id, patient=patient)


def open_record(*, actor: Actor, practice_id: int, patient: Patient) -> PatientRecord:
    """The same for a caller that has just seen, under the patient's lock, that there is no file."""
    contact = contact_of(patient.user_id or actor.user_id)
    record = PatientRecord(
        practice_id=practice_id,
        patient=patient,
        first_name=patient.first_name,
        birth_name=patient.birth_name,
        used_name=patient.used_name,
        name_key=name_key(patient.birth_name, patient.first_name, patient.used_name),
        birth_date=patient.birth_date,
        sex=patient.sex,
        email=contact.email,
        phone=contact.phone,
        phone_key=phone_key(contact.phone),
        linked_by=LinkOrigin.BOOKING,
    )
    _RECORDS.write([record])
    return record


def desk_link(*, actor: Actor, record: UUID, same_as: UUID) -> PatientRecord:
    """The desk has recognised the person: the practice's file and the one made by an online booking become one.

    `record` is kept and known from now on; `same_as` brings the civil identity. The same file twice only confirms it.
    Raises NotForYou for a file of another practice or without identity, `not_one_person`.
    """
    with transaction.atomic():
        online = get_or_404(actor, PatientRecord, "keep", uid=same_as, patient__isnull=False)
        person = online.patient
        if person is None:
            raise NotForYou
        lock_patients(person.pk)
        kept = get_or_404(actor, PatientRecord, "keep", uid=record)
        kept = PatientRecord.objects.select_for_update(of=("self",)).get(pk=kept.pk)
        if kept.patient_id not in (None, person.pk):
            raise PatientRefusal("not_one_person")
        link(kept, person, LinkOrigin.DESK)
        audit.record(actor, "patients.desk_link", kept, patient_id=person.pk, practice_id=kept.practice_id)
    return kept
