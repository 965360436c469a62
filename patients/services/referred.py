"""The file of a person whom another practice sends: found by their identity, or made with what that practice hands over."""

from __future__ import annotations

from core import audit
from core.access import Actor
from patients.enums import LinkOrigin
from patients.models import PatientRecord
from patients.naming import name_key
from patients.services.files import refresh_keys
from practitioners.models import Practice

# What goes to the other practice, and nothing else: no note, no visit, no block.
HANDED_OVER = ("patient_id", "first_name", "birth_name", "used_name", "birth_date", "sex", "email", "phone", "landline")


def file_from_colleague(*, actor: Actor, file: PatientRecord, practice: Practice) -> PatientRecord:
    """The file on this person at the practice that receives them; the caller holds the person's lock and a transaction.

    It is the one of the same civil identity; for a person without one, that of the very names and birth date, as it is.
    Who refers learns in neither case whether there was one. A new file does not make the person known there.
    """
    if file.practice_id == practice.pk:
        return file
    found = _known_there(file, practice)
    if found is not None:
        return found
    made = PatientRecord(practice=practice, **{name: getattr(file, name) for name in HANDED_OVER})
    made.linked_by = LinkOrigin.BOOKING if file.patient_id is not None else ""
    refresh_keys(made)
    made.save()
    audit.record(actor, "patients.file_from_colleague", made, patient_id=made.patient_id, practice_id=practice.pk)
    return made


def _known_there(file: PatientRecord, practice: Practice) -> PatientRecord | None:
    there = PatientRecord.objects.filter(practice=practice, merged_into__isnull=True)
    if file.patient_id is not None:
        return there.filter(patient=file.patient_id).first()
    if file.birth_date is None:
        return None
    wanted = (name_key(file.first_name), name_key(file.birth_name))
    alive = there.filter(birth_date=file.birth_date, deceased_on__isnull=True)
    same = [one for one in alive if (name_key(one.first_name), name_key(one.birth_name)) == wanted]
    return same[0] if len(same) == 1 else None
