"""A file for who calls: made by the practice's people as any, and opened to who stands in for one of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction

from booking.models import CallerFile
from core import audit, clock, idempotency, ratelimit
from core.access import Actor, get_or_404, may
from patients.models import PatientRecord
from patients.naming import name_key
from patients.services.files import checked, create_record
from practitioners.models import Practice

# Naming people in full tells whether the practice knows them: no more than a busy hour of calls.
PER_HOUR = 60


def file_for_caller(
    *,
    actor: Actor,
    fields: Mapping[str, Any],
    despite_duplicates: bool = False,
    claim: idempotency.Claim | None = None,
) -> PatientRecord:
    """The file of who calls, made with `create_record` and raising as it does.

    Who stands in for somebody knows no other files than those of their dates. When they give the exact names and the
    birth date of one, that file is the caller's and opens to them; else a file is made. Either way it is theirs until
    the replacement ends. Raises also `too_many_requests` (429) to them.
    """
    practice = get_or_404(actor, Practice, "receive", pk=actor.practice_id)
    with transaction.atomic():
        if may(actor, "shape", practice):
            return create_record(actor=actor, fields=fields, despite_duplicates=despite_duplicates, claim=claim)
        ratelimit.spend("booking.caller_file", f"user:{actor.user_id}", limit=PER_HOUR, per=timedelta(hours=1))
        known = _named_in_full(practice, checked(fields))
        file = known or create_record(actor=actor, fields=fields, despite_duplicates=despite_duplicates, claim=claim)
        CallerFile.objects.update_or_create(
            record=file, user_id=actor.user_id or 0, defaults={"created_at": clock.now()}
        )
        if known is not None:
            audit.record(
                actor, "booking.open_caller_file", file, patient_id=file.patient_id, practice_id=file.practice_id
            )
    return file


def _named_in_full(practice: Practice, values: Mapping[str, Any]) -> PatientRecord | None:
    """The one file of the practice with these very names and this birth date; a death noted in it stays unsaid."""
    if values.get("birth_date") is None:
        return None
    same = PatientRecord.objects.filter(
        practice=practice, birth_date=values["birth_date"], merged_into__isnull=True, deceased_on__isnull=True
    )
    wanted = (name_key(values.get("first_name", "")), name_key(values.get("birth_name", "")))
    found = [file for file in same if (name_key(file.first_name), name_key(file.birth_name)) == wanted]
    return found[0] if len(found) == 1 else None
