"""Two files of one practice that turn out to be one person's."""

from __future__ import annotations

from core import clock
from patients.enums import LinkOrigin
from patients.models import DataNotice, Patient, PatientRecord
from patients.phones import phone_key
from patients.registry import move_records


def absorb(kept: PatientRecord, other: PatientRecord) -> None:
    """Merge `other` into `kept`, in the caller's transaction and patient lock; `kept` is saved by the caller.

    Visits follow, blanks of `kept` are filled, a block or the proof of being known on either holds for both. The
    other file stays as a signpost (`merged_into`) and is freed of its patient's unique place.
    """
    if other.practice_id != kept.practice_id or other.pk == kept.pk:
        raise ValueError("Merges stay inside one practice, between two files")
    PatientRecord.objects.filter(merged_into=other).update(merged_into=kept)
    other.merged_into = kept
    other.save(update_fields=["merged_into"])
    move_records(other.pk, kept.pk)
    kept.email = kept.email or other.email
    kept.phone = kept.phone or other.phone
    kept.landline = kept.landline or other.landline
    kept.phone_key = phone_key(kept.phone, kept.landline)
    kept.birth_date = kept.birth_date or other.birth_date
    kept.notes = "\n".join(text for text in (kept.notes, other.notes) if text)
    if kept.blocked_at is None:
        kept.blocked_at, kept.blocked_by_id = other.blocked_at, other.blocked_by_id
        kept.block_reason = other.block_reason
    kept.messages_refused_at = kept.messages_refused_at or other.messages_refused_at
    if not DataNotice.objects.filter(record=kept).exists():
        # She was told who holds her data: not again because two files were hers.
        DataNotice.objects.filter(record=other).update(record=kept)
    kept.known_since = min(
        (moment for moment in (kept.known_since, other.known_since) if moment is not None), default=None
    )


def link(record: PatientRecord, person: Patient, origin: LinkOrigin) -> None:
    """Make the file the person's, known from now on; another file of the person at this practice goes into it."""
    others = PatientRecord.objects.filter(practice=record.practice_id, patient=person, merged_into__isnull=True)
    for other in others.exclude(pk=record.pk).select_for_update():
        absorb(record, other)
    record.patient, record.linked_by = person, origin
    record.known_since = record.known_since or clock.now()
    record.save()
