"""What one does with the documents of one's side: name them, hide them, throw them away and bring them back."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from carnet.enums import Origin
from carnet.enums_health import Proof
from carnet.exceptions import CarnetRefusal
from carnet.models import Document, DocumentVersion, Preview, Vaccination
from carnet.record_keys import record_key
from carnet.services._objects import (
    LONGEST_NOTE,
    check_revision,
    checked_day,
    checked_kind,
    checked_text,
    delete_objects,
)
from carnet.storage import named, store
from carnet.words import Words, open_words, seal_words
from core import audit, clock, ledger
from core.access import Actor, get_or_404

WITHDRAWAL = timedelta(hours=24)
ORPHAN_AFTER = timedelta(hours=24)


def change_document(
    *,
    actor: Actor,
    document: UUID,
    kind: str,
    title: str,
    author: str,
    note: str,
    dated_on: date,
    expected_revision: int | None = None,
) -> Document:
    """Names a document anew. What a practice wrote keeps its author and its note. Raises NotForYou, CarnetRefusal."""
    with transaction.atomic():
        found = _locked(actor, document)
        check_revision(expected_revision, found.revision)
        _check_not_binned(found)
        key = record_key(found.patient_id)
        kept = open_words(key, found.uid, bytes(found.words))
        sent = found.origin == Origin.PRACTICE
        words = Words(
            title=checked_text(title, missing="title_missing"),
            author=kept.author if sent else checked_text(author),
            note=kept.note if sent else checked_text(note, longest=LONGEST_NOTE, lines=True),
            file_name=kept.file_name,
        )
        found.kind, found.dated_on = checked_kind(kind), checked_day(found.patient, dated_on)
        found.words = seal_words(key, found.uid, words)
        _save(actor, "carnet.change_document", found, "kind", "dated_on", "words")
    return found


def hide_document(*, actor: Actor, document: UUID, hidden: bool) -> Document:
    """Takes a document away from everybody else at once, or shows it again as the shares say."""
    with transaction.atomic():
        found = _locked(actor, document)
        found.hidden = hidden
        _save(actor, "carnet.hide_document" if hidden else "carnet.show_document", found, "hidden")
    return found


def conceal_document(*, actor: Actor, document: UUID, confidential: bool) -> Document:
    """Keeps a document from one's relatives, parents included; the professionals it is shared with still read it."""
    with transaction.atomic():
        found = _locked(actor, document, "conceal")
        found.confidential = confidential
        _save(actor, "carnet.conceal_document" if confidential else "carnet.unconceal_document", found, "confidential")
    return found


def remove_document(*, actor: Actor, document: UUID) -> Document:
    """Puts a document in the bin for thirty days: nobody it was shared with reads it any more."""
    with transaction.atomic():
        found = _locked(actor, document)
        if found.removed_at is None:
            found.removed_at = clock.now()
            found.purge_at = clock.now() + settings.BIN_LIFE
            _save(actor, "carnet.remove_document", found, "removed_at", "purge_at")
    return found


def restore_document(*, actor: Actor, document: UUID) -> Document:
    """Takes a document out of the bin."""
    with transaction.atomic():
        found = _locked(actor, document)
        if found.removed_at is not None:
            found.removed_at = found.purge_at = None
            _save(actor, "carnet.restore_document", found, "removed_at", "purge_at")
    return found


def withdraw_document(*, actor: Actor, document: UUID) -> None:
    """Who sent a document takes it back within 24 hours, before anybody opened it: it is erased."""
    with ledger.erasing() as note, transaction.atomic():
        found = get_or_404(actor, Document, "withdraw", uid=document)
        found = Document.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if found.first_read_at is not None or found.created_at < clock.now() - WITHDRAWAL:
            raise CarnetRefusal("changed_meanwhile")
        audit.record(
            actor, "carnet.withdraw_document", found, patient_id=found.patient_id, practice_id=actor.practice_id
        )
        gone = found.pk
        _erase(found)
        note("document", documents=[gone])


def purge_bin(*, actor: Actor, limit: int = 500) -> int:
    """Erases what the bin kept long enough; what a practice sent stays readable to it alone. How many went."""
    gone = 0
    old = Document.objects.to_purge(clock.now()).filter(origin=Origin.PATIENT).order_by("pk")
    for pk in list(old.values_list("pk", flat=True)[:limit]):
        with ledger.erasing() as note, transaction.atomic():
            found = Document.objects.select_for_update(of=("self",)).to_purge(clock.now()).filter(pk=pk).first()
            if found is not None:
                audit.record(actor, "carnet.purge_document", found, patient_id=found.patient_id)
                _erase(found)
                note("document", documents=[pk])
                gone += 1
    return gone


def sweep_objects(*, actor: Actor) -> int:
    """Deletes stored objects that no row names and that are older than a day: what a killed upload left. How many."""
    before = clock.now() - ORPHAN_AFTER
    kept = store()
    old = [name for name, at in kept.names() if at < before]
    gone = 0
    for start in range(0, len(old), 500):
        names = old[start : start + 500]
        known = set(DocumentVersion.objects.filter(object_name__in=names).values_list("object_name", flat=True))
        known |= set(Preview.objects.filter(object_name__in=names).values_list("object_name", flat=True)) | named(names)
        for name in names:
            if name not in known:
                kept.delete(name)
                gone += 1
    if gone:
        with transaction.atomic():
            audit.record(actor, "carnet.sweep_objects", count=gone)
    return gone


def _erase(document: Document) -> None:
    """The row goes with its keys; its objects, which nothing opens any more, right after the commit."""
    Vaccination.objects.filter(document=document.uid, proof=Proof.DOCUMENT).update(document=None, proof=Proof.DECLARED)
    Vaccination.objects.filter(document=document.uid).update(document=None)
    versions = DocumentVersion.objects.filter(document=document)
    names = list(versions.values_list("object_name", flat=True))
    names += Preview.objects.filter(version__in=versions).values_list("object_name", flat=True)
    document.delete()
    transaction.on_commit(lambda: delete_objects(names), robust=True)


def _locked(actor: Actor, document: UUID, action: str = "change") -> Document:
    found = get_or_404(actor, Document, action, uid=document)
    return Document.objects.select_for_update(of=("self",)).select_related("patient").get(pk=found.pk)


def _check_not_binned(document: Document) -> None:
    if document.removed_at is not None:
        raise CarnetRefusal("in_the_bin")


def _save(actor: Actor, action: str, document: Document, *fields: str) -> None:
    document.revision += 1
    document.save(update_fields=[*fields, "revision"])
    audit.record(actor, action, document, patient_id=document.patient_id)
