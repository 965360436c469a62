"""Puts a newer file in place of a document's: the former ones stay with the person, and nobody else opens them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import transaction

from carnet.enums import Origin, State
from carnet.exceptions import CarnetRefusal
from carnet.models import Document, DocumentVersion
from carnet.services._objects import check_revision
from carnet.services.arrivals import tell_arrival
from carnet.services.deposit import check_limits, examined, place_version
from carnet.services.keys import ensure_key
from carnet.uploads import SealedUpload
from carnet.words import open_words, safe_name, seal_words
from core import audit
from core.access import Actor, get_or_404
from core.idempotency import Claim, begin, complete

MOST_VERSIONS = 20


def add_version(
    *,
    actor: Actor,
    document: UUID,
    upload: SealedUpload | None,
    expected_revision: int | None = None,
    claim: Claim | None = None,
) -> Document:
    """Replaces the file of a document one put there oneself. It is scanned anew before anybody else opens it.

    Raises NotForYou, `sent_by_practice` for what a practice sent, `no_file` for a note, `in_the_bin`, `being_scanned` and
    `scan_refused` as long as the former file was not found clean, `too_many_versions`, and what `add_document` raises.
    """
    get_or_404(actor, Document, "change", uid=document)
    return _replace(actor, document, "change", Origin.PATIENT, upload, expected_revision, claim)


def send_version(
    *,
    actor: Actor,
    document: UUID,
    upload: SealedUpload | None,
    expected_revision: int | None = None,
    claim: Claim | None = None,
) -> Document:
    """Sends a newer file of a document that one sent: it is new again for the person, who is told without a word of it.

    The former files stay with the person. Raises NotForYou and what `add_version` raises, `sent_by_practice` left aside.
    """
    get_or_404(actor, Document, "revise", uid=document)
    return _replace(actor, document, "revise", Origin.PRACTICE, upload, expected_revision, claim)


def _replace(
    actor: Actor,
    document: UUID,
    action: str,
    origin: Origin,
    upload: SealedUpload | None,
    expected_revision: int | None,
    claim: Claim | None,
) -> Document:
    found = examined(upload)
    with transaction.atomic():
        if (kept := begin(actor, claim)) is not None:
            return kept  # type: ignore[return-value]
        row = get_or_404(actor, Document, action, uid=document)
        row = Document.objects.select_for_update(of=("self",)).select_related("patient").get(pk=row.pk)
        check_revision(expected_revision, row.revision)
        former = _former(row, origin)
        key = ensure_key(row.patient_id)
        mac = found.upload.mac.under(key)
        check_limits(actor, row.patient, found, mac, origin)
        number = former.number + 1
        place_version(row, found, key, mac, number)
        words = open_words(key, row.uid, bytes(row.words))
        name = safe_name(found.upload.name or "", found.media_type)
        row.words = seal_words(key, row.uid, replace(words, file_name=name))
        row.state, row.revision = State.WAITING, row.revision + 1
        if origin == Origin.PRACTICE:
            row.first_read_at = None
        row.save(update_fields=["words", "state", "revision", "first_read_at"])
        if origin == Origin.PRACTICE:
            tell_arrival(row, actor.practice_id, revision=number)
        audit.record(
            actor,
            "carnet.add_version",
            row,
            patient_id=row.patient_id,
            practice_id=actor.practice_id if origin == Origin.PRACTICE else None,
            number=number,
        )
        complete(actor, claim, row)
    found.upload.keep()
    return row


def _former(document: Document, origin: Origin) -> DocumentVersion:
    """The file to replace, which was found clean: none that was not may be reached as a former one."""
    if document.removed_at is not None:
        raise CarnetRefusal("in_the_bin")
    if document.origin != origin:
        raise CarnetRefusal("sent_by_practice")
    former = DocumentVersion.objects.filter(document=document).order_by("-number").first()
    if former is None:
        raise CarnetRefusal("no_file")
    if document.state != State.CLEAN:
        raise CarnetRefusal("being_scanned" if document.state == State.WAITING else "scan_refused")
    if former.number >= MOST_VERSIONS:
        raise CarnetRefusal("too_many_versions", most=MOST_VERSIONS)
    return former
