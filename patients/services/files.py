"""The files a practice keeps on its patients: made and changed at the desk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from core import audit, clock, idempotency
from core.access import Actor, get_or_404
from patients import identity
from patients.enums import Sex
from patients.exceptions import PatientRefusal
from patients.models import PatientRecord
from patients.naming import name_key
from patients.phones import parsed_phone, phone_key
from patients.selectors.duplicates import possible_duplicates
from practitioners.models import Practice

IDENTITY = ("first_name", "birth_name", "used_name", "birth_date", "sex")
CONTACT = ("email", "phone", "landline")
FIELDS = (*IDENTITY, *CONTACT, "notes")
LONGEST_NOTE = 5_000


def create_record(
    *,
    actor: Actor,
    fields: Mapping[str, Any],
    despite_duplicates: bool = False,
    claim: idempotency.Claim | None = None,
) -> PatientRecord:
    """Make a file of the current practice on somebody the desk knows; nobody is told.

    `fields`: first_name and birth_name; used_name, birth_date, sex, email, phone, landline, notes when known. Raises
    `invalid_record` with the fields at fault; `possible_duplicate` (409) with the files that may be the same person's,
    unless `despite_duplicates`; NotForYou for who runs no agenda.
    """
    values = checked({"sex": Sex.UNKNOWN, **fields}, whole=True)
    with transaction.atomic():
        done = idempotency.begin(actor, claim)
        if done is not None:
            return cast(PatientRecord, done)
        practice = get_or_404(actor, Practice, "receive", pk=actor.practice_id)
        found = [] if despite_duplicates else possible_duplicates(actor, values)
        if found:
            raise duplicate_refusal(found)
        record = PatientRecord(practice=practice, known_since=clock.now(), **values)
        refresh_keys(record)
        record.save()
        audit.record(actor, "patients.create_record", record, practice_id=practice.pk)
        idempotency.complete(actor, claim, record)
    return record


def change_record(
    *, actor: Actor, record: UUID, fields: Mapping[str, Any], expected: str | None = None
) -> PatientRecord:
    """Change what the practice keeps on a person; the person's own identity and account stay as they are.

    `expected`: the `version_of` the file that the form showed. Raises `changed_meanwhile` (409) when somebody changed it
    since, `invalid_record`, NotForYou.
    """
    values = checked(fields)
    with transaction.atomic():
        file = locked_record(actor, record, "write")
        if expected is not None and expected != version_of(file):
            raise PatientRefusal("changed_meanwhile")
        changed = [name for name, value in values.items() if str(getattr(file, name) or "") != str(value or "")]
        if not changed:
            return file
        for name in changed:
            setattr(file, name, values[name])
        refresh_keys(file)
        file.save()
        audit.record(
            actor, "patients.change_record", file, patient_id=file.patient_id, practice_id=file.practice_id, fields=changed
        )  # fmt: skip
    return file


def locked_record(actor: Actor, record: UUID, action: str = "keep") -> PatientRecord:
    """The file, locked until the transaction ends, as it is now. Raises NotForYou, also for one merged meanwhile."""
    found = get_or_404(actor, PatientRecord, action, uid=record)
    PatientRecord.objects.select_for_update(of=("self",)).filter(pk=found.pk).first()
    return get_or_404(actor, PatientRecord, action, uid=record)


def refresh_keys(record: PatientRecord) -> None:
    """Make the keys of search what the names and numbers are; called before every writing of these."""
    record.name_key = name_key(record.birth_name, record.first_name, record.used_name)
    record.phone_key = phone_key(record.phone, record.landline)


def version_of(record: PatientRecord) -> str:
    """What a form carries to be told that somebody else changed the file meanwhile; says nothing of its content."""
    content = "\0".join([str(record.uid), *(str(getattr(record, name) or "") for name in FIELDS)])
    return hashlib.sha256(content.encode()).hexdigest()[:24]


def checked(fields: Mapping[str, Any], *, whole: bool = False) -> dict[str, Any]:
    """The values as they are kept; `whole` for a new file. Raises `invalid_record` with `fields`: {name: code}."""
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise ValueError(f"No such fields of a file: {sorted(unknown)}")
    values = identity.cleaned({name: value or "" for name, value in fields.items()})
    given = {name: value for name, value in values.items() if name != "birth_date" or value}
    problems = {name: code for name, (code, _sentence) in identity.problems_of(given).items()}
    if whole:
        problems |= {name: "required" for name in ("first_name", "birth_name") if not values.get(name)}
    if "birth_date" in values:
        values["birth_date"] = values["birth_date"] or None
    problems |= _check_contact(values) | _check_notes(values)
    if problems:
        raise PatientRefusal("invalid_record", fields=problems)
    return values


def _check_contact(values: dict[str, Any]) -> dict[str, str]:
    """Writes numbers in E.164 form; what is wrong, by field."""
    problems: dict[str, str] = {}
    for name in ("phone", "landline"):
        if values.get(name):
            values[name] = parsed_phone(str(values[name])) or ""
            problems |= {} if values[name] else {name: "invalid_phone"}
    if values.get("email"):
        values["email"] = str(values["email"]).strip()
        try:
            validate_email(values["email"])
        except ValidationError:
            problems["email"] = "invalid_email"
    return problems


def _check_notes(values: dict[str, Any]) -> dict[str, str]:
    notes = values.get("notes") or ""
    if "\0" in notes:
        return {"notes": "invalid_text"}
    return {"notes": "too_long"} if len(notes) > LONGEST_NOTE else {}


def duplicate_refusal(found: list[PatientRecord]) -> PatientRefusal:
    """`possible_duplicate`, with the files for the page in `candidates` and as plain values in the details."""
    refusal = PatientRefusal(
        "possible_duplicate",
        candidates=[
            {
                "id": str(file.uid),
                "name": file.display_name,
                "birth_date": file.birth_date and file.birth_date.isoformat(),
            }
            for file in found
        ],
    )
    refusal.candidates = found
    return refusal
