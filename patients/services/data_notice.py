"""What somebody answers to the notice on their data: no messages from this practice any more, or messages again."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from core import audit, clock, ratelimit
from core.access import Actor
from core.exceptions import NotForYou
from patients.data_notice import digest_of
from patients.models import DataNotice, PatientRecord


def noticed_file(token: str) -> PatientRecord:
    """The file whose notice bears this link; a merged one gives the file it went into. Raises NotForYou."""
    notice = (
        DataNotice.objects.filter(digest=digest_of(token))
        .select_related("record__practice", "record__merged_into__practice")
        .first()
    )
    if notice is None:
        raise NotForYou
    return notice.record.merged_into or notice.record


def object_to_messages(*, actor: Actor, token: str) -> PatientRecord:
    """No message to the contact noted in this file any more: the practice calls. Again, it changes nothing."""
    return _set(actor, token, refused=True)


def accept_messages(*, actor: Actor, token: str) -> PatientRecord:
    """Messages again, after an objection."""
    return _set(actor, token, refused=False)


def _set(actor: Actor, token: str, *, refused: bool) -> PatientRecord:
    ratelimit.spend("patients.data_notice", f"ip:{actor.ip}", limit=60, per=timedelta(hours=1))
    with transaction.atomic():
        file = PatientRecord.objects.select_for_update(of=("self",)).get(pk=noticed_file(token).pk)
        if (file.messages_refused_at is not None) != refused:
            file.messages_refused_at = clock.now() if refused else None
            file.save(update_fields=["messages_refused_at"])
            action = "patients.object_to_messages" if refused else "patients.accept_messages"
            audit.record(actor, action, file, patient_id=file.patient_id, practice_id=file.practice_id)
    return file
