"""The practice's side: a document or a note sent to a patient, tied to a visit or not."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from booking.models import Appointment
from carnet.enums import Origin
from carnet.exceptions import CarnetRefusal
from carnet.models import Document
from carnet.services.arrivals import tell_arrival
from carnet.services.deposit import examined, place_document
from carnet.uploads import SealedUpload
from core.access import Actor, get_or_404, scoped
from core.idempotency import Claim, begin, complete
from patients.models import Patient, PatientRecord
from practitioners.models import Practice, Practitioner


def send_document(
    *,
    actor: Actor,
    record: UUID,
    upload: SealedUpload | None = None,
    kind: str = "other",
    title: str = "",
    note: str = "",
    dated_on: date | None = None,
    appointment: UUID | None = None,
    confidential: bool = False,
    claim: Claim | None = None,
) -> Document:
    """Sends a file, or a note alone, to the person behind a file of the practice; the person is told without a word of it.

    Raises NotForYou, `no_account` for a person who has none yet, CarnetRefusal for the file and the words.
    """
    file = get_or_404(actor, PatientRecord, "work", uid=record)
    if file.patient is None:
        raise CarnetRefusal("no_account")
    return _send(actor, file.patient, upload, kind, title, note, dated_on, file, appointment, confidential, claim)


def add_to_shared_record(
    *,
    actor: Actor,
    patient: UUID,
    upload: SealedUpload | None = None,
    kind: str = "other",
    title: str = "",
    note: str = "",
    dated_on: date | None = None,
    claim: Claim | None = None,
) -> Document:
    """Adds to a record that was opened for reading and adding. Raises as `send_document`."""
    person = get_or_404(actor, Patient, "add_shared", uid=patient)
    return _send(actor, person, upload, kind, title, note, dated_on, None, None, False, claim)


def _send(
    actor: Actor,
    person: Patient,
    upload: SealedUpload | None,
    kind: str,
    title: str,
    note: str,
    dated_on: date | None,
    file: PatientRecord | None,
    appointment: UUID | None,
    confidential: bool,
    claim: Claim | None,
) -> Document:
    found = examined(upload) if upload is not None or not note.strip() else None
    with transaction.atomic():
        if (kept := begin(actor, claim)) is not None:
            return kept  # type: ignore[return-value]
        visit = None
        if appointment is not None and file is not None:
            visit = get_or_404(actor, Appointment, "read", uid=appointment, record=file)
        document = place_document(
            actor,
            person,
            found,
            kind=kind,
            title=title,
            author=_signature(actor),
            note=note,
            dated_on=dated_on,
            origin=Origin.PRACTICE,
            author_practice_id=actor.practice_id,
            appointment=visit,
            confidential=confidential,
        )
        tell_arrival(document, actor.practice_id)
        complete(actor, claim, document)
    if found is not None:
        found.upload.keep()
    return document


def _signature(actor: Actor) -> str:
    """« Dr Claire Martin, Maison de santé des Lilas », as the person reads it."""
    carer = Practitioner.objects.filter(user_id=actor.user_id or 0).first()
    practice = scoped(actor, Practice, "work").first()
    names = [carer.display_name if carer else "", practice.name if practice else ""]
    return ", ".join(name for name in names if name)[:120]
