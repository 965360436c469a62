"""Two files of one practice made one, without losing a visit: the counts are read back before anything is said."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from core import audit
from core.access import Actor, get_or_404
from patients.enums import LinkOrigin
from patients.exceptions import PatientRefusal
from patients.models import PatientRecord
from patients.registry import count_rows
from patients.services._merging import absorb
from patients.services.files import locked_record, refresh_keys
from patients.services.locks import lock_patients


@dataclass(frozen=True, slots=True)
class Merged:
    """What the database holds after the merge: the kept file, and how many visits hang on it."""

    record: PatientRecord
    moved: int
    visits: int


def merge_files(*, actor: Actor, kept: UUID, other: UUID) -> Merged:
    """Put `other` into `kept`: its visits, marks and tasks follow, blanks are filled, the other number is kept as a note.

    Raises `not_one_person` for two linked identities, `one_deceased` when a death is noted in one file only,
    `same_file`, NotForYou; `merge_incomplete`, with nothing done, when the counts do not add up.
    """
    if kept == other:
        raise PatientRefusal("same_file")
    with transaction.atomic():
        first, second = (get_or_404(actor, PatientRecord, "keep", uid=uid) for uid in (kept, other))
        lock_patients(*{file.patient_id for file in (first, second) if file.patient_id is not None})
        # In one order whichever file is kept, so that two merges of the same pair wait for each other.
        files = {uid: locked_record(actor, uid) for uid in sorted((kept, other))}
        target, source = files[kept], files[other]
        _check(target, source)
        expected = count_rows(target.pk) + count_rows(source.pk)
        moved = count_rows(source.pk)
        _keep_rest(target, source)
        absorb(target, source)
        refresh_keys(target)
        target.save()
        if count_rows(target.pk) != expected or count_rows(source.pk):
            raise PatientRefusal("merge_incomplete")
        audit.record(
            actor, "patients.merge_files", target, patient_id=target.patient_id, practice_id=target.practice_id,
            other=source.pk, moved=moved,
        )  # fmt: skip
    return _read_back(actor, kept, source.pk, moved, expected)


def _check(target: PatientRecord, source: PatientRecord) -> None:
    identities = {file.patient_id for file in (target, source) if file.patient_id is not None}
    if len(identities) > 1:
        raise PatientRefusal("not_one_person")
    if (target.deceased_on is None) != (source.deceased_on is None):
        raise PatientRefusal("one_deceased")


def _keep_rest(target: PatientRecord, source: PatientRecord) -> None:
    """What `absorb` has no place for: the link, and contacts that differ, which become lines of the notes."""
    if target.patient_id is None and source.patient_id is not None:
        target.patient_id, target.linked_by = source.patient_id, source.linked_by or LinkOrigin.DESK
    target.used_name = target.used_name or source.used_name
    target.imported_ref = target.imported_ref or source.imported_ref
    others = [
        str(getattr(source, name))
        for name in ("email", "phone", "landline")
        if getattr(source, name) and getattr(target, name) and getattr(source, name) != getattr(target, name)
    ]
    target.notes = "\n".join(text for text in (target.notes, *others) if text)


def _read_back(actor: Actor, kept: UUID, source_id: int, moved: int, expected: int) -> Merged:
    record = get_or_404(actor, PatientRecord, "keep", uid=kept)
    visits = count_rows(record.pk)
    gone = PatientRecord.objects.filter(pk=source_id, merged_into=record).exists()
    if not gone or visits < expected:
        raise PatientRefusal("merge_incomplete")
    return Merged(record, moved, visits)
