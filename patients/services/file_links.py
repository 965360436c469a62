"""The practice offers to link its file to the person's own account: a secret sent to the contact in the file.

The link is a signature over the file and its contact, kept nowhere: it dies when the file is linked, merged or given
another contact, and after thirty days. Who opens it must also be, or act for, somebody with the identity of the file.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models import Q, QuerySet

from core import audit, clock, ratelimit
from core.access import Actor, get_or_404, scoped
from core.exceptions import NotForYou
from core.jobs import enqueue
from notifications.services import notify
from patients.enums import LinkOrigin
from patients.exceptions import PatientRefusal
from patients.messages import FILE_LINK, file_link_subject
from patients.models import Patient, PatientRecord
from patients.naming import name_key
from patients.services._merging import link
from patients.services.files import locked_record
from patients.services.locks import lock_patients
from practitioners.models import Practice

LIFE = timedelta(days=30)
PER_FILE_AND_DAY = 3
CHUNK = 200
SEND_MANY = "patients.send_file_links"


def send_file_link(*, actor: Actor, record: UUID) -> str:
    """Send one link to the contact in the file; returns the channel, « email » or « sms ».

    Raises `already_linked`, `no_contact`, `too_many_requests` (429), NotForYou.
    """
    found = get_or_404(actor, PatientRecord, "keep", uid=record)
    ratelimit.spend("patients.file_link", f"file:{found.pk}", limit=PER_FILE_AND_DAY, per=timedelta(days=1))
    with transaction.atomic():
        file = locked_record(actor, record)
        if file.patient_id is not None:
            raise PatientRefusal("already_linked")
        if file.deceased_on is not None or not (file.email or file.phone):
            raise PatientRefusal("no_contact")
        channel = _send(file, revision=int(clock.now().timestamp()))
        audit.record(actor, "patients.send_file_link", file, practice_id=file.practice_id)
    return channel


def imported_without_link(actor: Actor) -> QuerySet[PatientRecord]:
    """Imported files of the current practice that a link can be sent to."""
    return scoped(actor, PatientRecord, "keep").filter(_waiting())


def send_imported_links(*, actor: Actor) -> int:
    """Send a link to each imported patient who never had one, in one act; returns how many files wait for it.

    Somebody who had one already is not written to again. Raises NotForYou.
    """
    with transaction.atomic():
        practice = get_or_404(actor, Practice, "shape", pk=actor.practice_id)
        waiting = imported_without_link(actor).count()
        audit.record(actor, "patients.send_imported_links", practice, practice_id=practice.pk, files=waiting)
        enqueue(SEND_MANY, unique=f"file_links:{practice.pk}", practice_id=practice.pk, after=0)
    return waiting


def send_links_of(*, practice_id: int, after: int) -> None:
    """The work behind `send_imported_links`, a chunk at a time, in the transaction of its job."""
    rows = list(PatientRecord.objects.filter(_waiting(), practice=practice_id, pk__gt=after).order_by("pk")[:CHUNK])
    for file in rows:
        # The same key each time: a second act sends nothing twice.
        _send(file, revision=0)
    if len(rows) == CHUNK:
        enqueue(SEND_MANY, practice_id=practice_id, after=rows[-1].pk)


def offered_file(token: str) -> PatientRecord:
    """The file of a link that still holds. Raises `link_over`."""
    uid = token.partition(":")[0]
    try:
        file = PatientRecord.objects.select_related("practice").get(
            uid=UUID(uid), patient__isnull=True, merged_into__isnull=True, deceased_on__isnull=True
        )
        signing.TimestampSigner(salt=_salt(file)).unsign(token, max_age=LIFE)
    except (ValueError, PatientRecord.DoesNotExist, signing.BadSignature) as error:
        raise PatientRefusal("link_over") from error
    return file


def accept_file_link(*, actor: Actor, token: str, patient: UUID) -> PatientRecord:
    """Link the file to oneself or to somebody one acts for: the names and the birth date must be those of the file.

    Raises `link_over`, `link_other_person`, NotForYou, `too_many_requests` (429).
    """
    if actor.user_id is None:
        raise NotForYou
    ratelimit.spend("patients.file_link_try", f"user:{actor.user_id}", limit=20, per=timedelta(hours=1))
    person = get_or_404(actor, Patient, "book", uid=patient)
    with transaction.atomic():
        lock_patients(person.pk)
        file = PatientRecord.objects.select_for_update(of=("self",)).get(pk=offered_file(token).pk)
        offered_file(token)
        if not _same_person(file, person):
            raise PatientRefusal("link_other_person")
        link(file, person, LinkOrigin.CODE)
        audit.record(actor, "patients.accept_file_link", file, patient_id=person.pk, practice_id=file.practice_id)
    return file


def token_of(file: PatientRecord) -> str:
    return signing.TimestampSigner(salt=_salt(file)).sign(file.uid.hex)


def _salt(file: PatientRecord) -> str:
    return f"patients.file_link:{file.email or file.phone}"


def _send(file: PatientRecord, *, revision: int) -> str:
    channel, address = ("email", file.email) if file.email else ("sms", str(file.phone))
    notify(
        kind=FILE_LINK,
        channel=channel,
        subject=file_link_subject(file.pk),
        revision=revision,
        address=address,
        sealed={"token": token_of(file)},
        practice_id=file.practice_id,
    )
    return channel


def _waiting() -> Q:
    reachable = ~Q(email="") | ~Q(phone="")
    return ~Q(imported_ref="") & reachable & Q(patient__isnull=True, merged_into__isnull=True, deceased_on__isnull=True)


def _same_person(file: PatientRecord, person: Patient) -> bool:
    last = {name_key(name) for name in (file.birth_name, file.used_name) if name}
    theirs = {name_key(name) for name in (person.birth_name, person.used_name) if name}
    same_birth = file.birth_date is None or file.birth_date == person.birth_date
    return same_birth and name_key(file.first_name) == name_key(person.first_name) and bool(last & theirs)
