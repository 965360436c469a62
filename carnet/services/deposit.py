"""Puts a document in a record: what was received sealed is looked at, named, and tied to its person."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from carnet.crypto import ContentError
from carnet.enums import Origin, State
from carnet.exceptions import CarnetRefusal
from carnet.models import Document, DocumentVersion
from carnet.sandbox.parent import Unreadable, page_count
from carnet.services._objects import LONGEST_NOTE, checked_day, checked_kind, checked_text, wrap_object_key
from carnet.services.keys import ensure_key
from carnet.sniffing import media_type_of
from carnet.uploads import SealedUpload
from carnet.words import Words, safe_name, seal_words
from core import audit, clock
from core.access import Actor, get_or_404
from core.idempotency import Claim, begin, complete
from core.jobs import enqueue
from patients.models import Patient

INSPECT = "carnet.inspect_document"


@dataclass(frozen=True, slots=True)
class Examined:
    """A received file that opens: what it is, how many pages."""

    upload: SealedUpload
    media_type: str
    pages: int


def add_document(
    *,
    actor: Actor,
    patient: UUID,
    upload: SealedUpload | None,
    kind: str = "other",
    title: str = "",
    author: str = "",
    note: str = "",
    dated_on: date | None = None,
    claim: Claim | None = None,
) -> Document:
    """Adds one file to a record of the person's side. Raises NotForYou, CarnetRefusal for the file, the words, the limits."""
    person = get_or_404(actor, Patient, "keep_documents", uid=patient)
    found = examined(upload)
    with transaction.atomic():
        if (kept := begin(actor, claim)) is not None:
            return kept  # type: ignore[return-value]
        document = place_document(
            actor,
            person,
            found,
            kind=kind,
            title=title,
            author=author,
            note=note,
            dated_on=dated_on,
            origin=Origin.PATIENT,
        )
        complete(actor, claim, document)
    found.upload.keep()
    return document


def examined(upload: SealedUpload | None) -> Examined:
    """Opens what was received in a child process, before anything is written. Raises CarnetRefusal."""
    if upload is None or not isinstance(upload, SealedUpload):
        raise CarnetRefusal("file_missing")
    if upload.too_big:
        raise CarnetRefusal("file_too_big")
    if not upload.size:
        raise CarnetRefusal("file_empty")
    try:
        content = upload.content()
    except ContentError as error:
        raise CarnetRefusal("file_unreadable") from error
    media_type = media_type_of(upload.name or "", content)
    if media_type is None:
        raise CarnetRefusal("type_refused")
    try:
        return Examined(upload, media_type, page_count(media_type, content))
    except Unreadable as error:
        raise CarnetRefusal("file_unreadable") from error


def place_document(
    actor: Actor,
    person: Patient,
    found: Examined | None,
    *,
    kind: str,
    title: str,
    author: str,
    note: str,
    dated_on: date | None,
    origin: Origin,
    **more: Any,
) -> Document:
    """Writes the rows of one document, within the caller's transaction; `found` is None for a note alone.

    The person's key row is locked first: two copies of one file, or two files at the edge of a limit, follow one another.
    """
    key = ensure_key(person.pk)
    name = safe_name(found.upload.name or "", found.media_type) if found else ""
    words = Words(
        title=checked_text(title or _title_from(name), missing="title_missing"),
        author=checked_text(author),
        note=checked_text(note, longest=LONGEST_NOTE, missing="" if found else "note_missing", lines=True),
        file_name=name,
    )
    mac = b""
    if found:
        mac = found.upload.mac.under(key)
        check_limits(actor, person, found, mac, origin)
    document = Document(
        uid=uuid.uuid4(),
        patient=person,
        kind=checked_kind(kind),
        dated_on=checked_day(person, dated_on),
        origin=origin,
        depositor_id=actor.user_id,
        state=State.WAITING if found else State.CLEAN,
        **more,
    )
    document.words = seal_words(key, document.uid, words)
    document.save()
    if found:
        place_version(document, found, key, mac)
    audit.record(
        actor, "carnet.add_document", document, patient_id=person.pk, practice_id=actor.practice_id, kind=document.kind
    )
    return document


def place_version(document: Document, found: Examined, key: bytes, mac: bytes, number: int = 1) -> DocumentVersion:
    """Writes the row that names the object and wraps its key, and has it inspected; within the caller's transaction."""
    upload = found.upload
    version = DocumentVersion.objects.create(
        document=document,
        patient_id=document.patient_id,
        number=number,
        object_name=upload.object_name,
        wrapped_key=wrap_object_key(key, document.patient_id, document.uid, upload.object_name, upload.key),
        content_mac=mac,
        media_type=found.media_type,
        size=upload.size or 0,
        pages=min(found.pages, 32_767),
    )
    enqueue(INSPECT, unique=f"inspect:{document.uid}:{number}", document=document.pk)
    return version


def _title_from(name: str) -> str:
    return name.rpartition(".")[0].replace("_", " ").strip()[:120] if name else ""


def check_limits(actor: Actor, person: Patient, found: Examined, mac: bytes, origin: Origin) -> None:
    """A practice is told of its own copies only, a relative of what they may read: what else a record holds is not theirs."""
    versions = DocumentVersion.objects.filter(patient=person)
    same = versions.filter(content_mac=mac)
    if origin == Origin.PRACTICE:
        same = same.filter(document__depositor_id=actor.user_id, document__author_practice_id=actor.practice_id)
    else:
        same = same.exclude(document__purge_at__lte=clock.now())
        if person.user_id != actor.user_id:
            same = same.exclude(document__confidential=True)
    twin = same.select_related("document").first()
    if twin is not None:
        code = "already_in_bin" if twin.document.removed_at and origin == Origin.PATIENT else "already_there"
        raise CarnetRefusal(code, document=str(twin.document.uid))
    used = versions.aggregate(total=Sum("size"))["total"] or 0
    if used + (found.upload.size or 0) > settings.RECORD_MAX_BYTES:
        raise CarnetRefusal("record_full")
    day = clock.now() - timedelta(days=1)
    if versions.filter(created_at__gt=day).count() >= settings.DOCUMENTS_PER_DAY:
        raise CarnetRefusal("too_many_today")
