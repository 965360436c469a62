"""Closing online booking at one practice for one person: the person is told, the reason stays inside."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit, clock
from core.access import Actor
from core.validators import tidy
from notifications.services import cancel_pending, notify
from patients.exceptions import PatientRefusal
from patients.messages import ONLINE_CLOSED, ONLINE_OPENED, record_subject
from patients.models import PatientRecord
from patients.services.files import locked_record

LONGEST_REASON = 500


def block_online(*, actor: Actor, record: UUID, reason: str = "") -> PatientRecord:
    """Take no more online bookings of this person at this practice; visits already booked stay.

    `reason` is for the practice alone. The person is told by neutral words. Again on a blocked file, only the reason
    changes. Raises `invalid_record`, NotForYou.
    """
    reason = tidy(reason.replace("\0", ""), lines=True)
    if len(reason) > LONGEST_REASON:
        raise PatientRefusal("invalid_record", fields={"block_reason": "too_long"})
    with transaction.atomic():
        file = locked_record(actor, record)
        file.block_reason = reason
        if file.blocked_at is None:
            file.blocked_at, file.blocked_by_id = clock.now(), actor.user_id
            _tell(file, ONLINE_CLOSED)
        file.save(update_fields=["blocked_at", "blocked_by", "block_reason"])
        audit.record(actor, "patients.block_online", file, patient_id=file.patient_id, practice_id=file.practice_id)
    return file


def unblock_online(*, actor: Actor, record: UUID) -> PatientRecord:
    """Open online booking again; the person is told. Nothing happens to a file that is not blocked."""
    with transaction.atomic():
        file = locked_record(actor, record)
        if file.blocked_at is None:
            return file
        file.blocked_at, file.blocked_by_id, file.block_reason = None, None, ""
        file.save(update_fields=["blocked_at", "blocked_by", "block_reason"])
        _tell(file, ONLINE_OPENED)
        audit.record(actor, "patients.unblock_online", file, patient_id=file.patient_id, practice_id=file.practice_id)
    return file


def _tell(file: PatientRecord, kind: str) -> None:
    """One message to the account behind the file, else to the contact in it; none to a deceased person's."""
    if file.deceased_on is not None:
        return
    subject = record_subject(file.pk)
    cancel_pending(subject)
    about: dict[str, Any] = {
        "kind": kind,
        "subject": subject,
        "revision": int(clock.now().timestamp()),
        "practice_id": file.practice_id,
    }
    user_id = file.patient.user_id if file.patient else None
    if user_id is not None:
        notify(**about, channel="email", user_id=user_id)
    elif file.email:
        notify(**about, channel="email", address=file.email)
    elif file.phone:
        notify(**about, channel="sms", address=str(file.phone))
