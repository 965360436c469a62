"""A practice's file on a patient, made the first time somebody books online."""

from __future__ import annotations

from core.access import Actor
from patients.enums import LinkOrigin
from patients.models import Patient, PatientRecord
from patients.naming import name_key
from patients.selectors.contact import contact_of


def ensure_record(*, actor: Actor, practice_id: int, patient: Patient) -> PatientRecord:
    """The practice's file on this patient, made when there is none.

    It assumes the transaction and the patient lock of a booking verb, whose audit row tells of it. A new file copies
    the identity and the verified contact of the person's own account, or else of the account that books; it does not
    make the person known to the practice (`known_since` stays empty).
    """
    found = PatientRecord.objects.filter(practice=practice_id, patient=patient, merged_into__isnull=True).first()
    if found is not None:
        return found
    contact = contact_of(patient.user_id or actor.user_id)
    return PatientRecord.objects.create(
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
        linked_by=LinkOrigin.BOOKING,
    )
