"""Becoming known to a practice: a code sent to the contact in its file links the file to a civil identity.

Whoever asks learns nothing: the request is written, answered and worked on alike whether or not there is such a file.
The search and the code happen afterwards, in a job.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from core import audit, clock, ratelimit
from core.access import Actor, get_or_404
from core.jobs import enqueue
from notifications.services import notify
from patients.enums import LinkOrigin
from patients.exceptions import PatientRefusal
from patients.messages import LINK_CODE, link_subject
from patients.models import Patient, PatientRecord, RecordLinkCode
from patients.naming import name_key
from patients.selectors import practice_of_directory
from patients.services._accounts import account_id
from patients.services._merging import link
from patients.services.locks import lock_patients

LIFE = timedelta(minutes=10)
TRIES = 5
# Codes that one file's contact may receive in a day, whoever asks.
CODES_PER_FILE = 5
SEND = "patients.send_link_code"


def request_link_code(*, actor: Actor, practice: UUID, patient: UUID) -> None:
    """Ask that a code be sent to the contact which this practice's file on the person holds, if there is such a file.

    Raises NotForYou for a practice or a person one may not know about, `too_many_requests` (429); never anything that
    depends on the practice's files.
    """
    practice_id = practice_of_directory(actor, practice).pk
    person = get_or_404(actor, Patient, "book", uid=patient)
    _spend("patients.link_request", actor, person, practice_id, limit=3)
    ratelimit.spend("patients.link_request_any", f"user:{actor.user_id}", limit=10, per=timedelta(days=1))
    now = clock.now()
    with transaction.atomic():
        _open(actor, person, practice_id).update(expires_at=now)
        request = RecordLinkCode.objects.create(
            requested_by_id=account_id(actor),
            practice_id=practice_id,
            patient=person,
            tries_left=TRIES,
            expires_at=now + LIFE,
        )
        audit.record(actor, "patients.request_link_code", request, patient_id=person.pk, practice_id=practice_id)
        enqueue(SEND, request_id=request.pk)


def send_link_code(*, request_id: int) -> None:
    """The work behind `request_link_code`, in the transaction of its job: find the one file, write to its contact."""
    now = clock.now()
    request = (
        RecordLinkCode.objects.select_for_update(of=("self",)).select_related("patient").filter(pk=request_id).first()
    )
    if request is None or request.record_id is not None or request.expires_at <= now:
        return
    record = _only_match(request)
    if record is None or _codes_today(record) >= CODES_PER_FILE:
        return
    code = f"{secrets.randbelow(1_000_000):06d}"
    request.record, request.digest = record, _digest(request, code)
    request.save(update_fields=["record", "digest"])
    channel, address = ("email", record.email) if record.email else ("sms", str(record.phone))
    notify(
        kind=LINK_CODE,
        channel=channel,
        subject=link_subject(request.pk),
        address=address,
        sealed={"code": code},
        expires_at=request.expires_at,
    )


def confirm_link_code(*, actor: Actor, practice: UUID, patient: UUID, code: str) -> PatientRecord:
    """Give the code back: the file is then the person's, and the person is known to the practice.

    A file made by an online booking of the same person is merged into it. Raises `code_wrong`, the same for a wrong
    code, one that is over or used up, and a file that never was; NotForYou, `too_many_requests` (429).
    """
    practice_id = practice_of_directory(actor, practice).pk
    person = get_or_404(actor, Patient, "book", uid=patient)
    _spend("patients.link_try", actor, person, practice_id, limit=15)
    with transaction.atomic():
        lock_patients(person.pk)
        record = _proven(actor, person, practice_id, code)
        if record is not None:
            link(record, person, LinkOrigin.CODE)
            audit.record(actor, "patients.confirm_link_code", record, patient_id=person.pk, practice_id=practice_id)
    # Raised after the commit, so that the try it cost stays spent.
    if record is None:
        raise PatientRefusal("code_wrong")
    return record


def _spend(bucket: str, actor: Actor, person: Patient, practice_id: int, *, limit: int) -> None:
    key = f"user:{actor.user_id}|patient:{person.pk}|practice:{practice_id}"
    ratelimit.spend(bucket, key, limit=limit, per=timedelta(hours=1))


def _open(actor: Actor, person: Patient, practice_id: int) -> QuerySet[RecordLinkCode]:
    return RecordLinkCode.objects.filter(
        requested_by=actor.user_id,
        patient=person,
        practice=practice_id,
        used_at__isnull=True,
        expires_at__gt=clock.now(),
    )


def _only_match(request: RecordLinkCode) -> PatientRecord | None:
    """The one unlinked file with the same first name, birth date and birth or used name, and a contact to write to."""
    person = request.patient
    wanted = {name_key(name) for name in (person.birth_name, person.used_name) if name}
    same_day = PatientRecord.objects.filter(
        practice=request.practice_id,
        birth_date=person.birth_date,
        patient__isnull=True,
        merged_into__isnull=True,
        deceased_on__isnull=True,
    )
    matching = [
        record
        for record in same_day
        if name_key(record.first_name) == name_key(person.first_name)
        and wanted & {name_key(name) for name in (record.birth_name, record.used_name) if name}
    ]
    if len(matching) != 1 or not (matching[0].email or matching[0].phone):
        return None
    return matching[0]


def _codes_today(record: PatientRecord) -> int:
    since = clock.now() - timedelta(days=1)
    return RecordLinkCode.objects.filter(record=record, created_at__gt=since).count()


def _digest(request: RecordLinkCode, code: str) -> str:
    return salted_hmac(LINK_CODE, f"{request.pk}:{code}", algorithm="sha256").hexdigest()


def _proven(actor: Actor, person: Patient, practice_id: int, code: str) -> PatientRecord | None:
    """The file whose code this is, locked; each try is counted and compared alike, file or no file."""
    request = _open(actor, person, practice_id).select_for_update().order_by("-pk").first()
    if request is None or request.tries_left < 1:
        return None
    given = _digest(request, "".join(code.split()))
    right = constant_time_compare(given, request.digest)
    request.tries_left -= 1
    request.used_at = clock.now() if right else None
    request.save(update_fields=["tries_left", "used_at"])
    unlinked = PatientRecord.objects.filter(patient__isnull=True, merged_into__isnull=True)
    record = unlinked.select_for_update().filter(pk=request.record_id or 0).first()
    return record if right else None
