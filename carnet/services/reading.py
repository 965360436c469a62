"""Opens documents: the rule, then the access written down and committed, then the bytes. There is no other way to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Subquery

from carnet.crypto import ContentError, Opener
from carnet.enums import State
from carnet.exceptions import CarnetRefusal
from carnet.models import Document, DocumentVersion, Preview
from carnet.record_keys import record_key
from carnet.selectors.readers import is_news_to_others
from carnet.services.inspection import opener_of, preview_opener
from carnet.services.watching import watch_accesses
from carnet.storage import MissingObject
from carnet.words import open_words, safe_name
from core import audit, clock
from core.access import Actor, get_or_404, may
from core.exceptions import NotForYou
from patients.models import Patient

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """An open document: its bytes come from `stream`, a chunk at a time."""

    document: Document
    media_type: str
    file_name: str
    size: int
    opener: Opener

    def stream(self, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        """The first chunk is opened before this returns. Raises CarnetRefusal `content_unreadable`, and cuts later on."""
        pieces = self.opener.stream(first, last)
        try:
            head = next(pieces)
        except (ContentError, MissingObject) as error:
            _alarm(self.document, error)
            raise CarnetRefusal("content_unreadable") from error
        return _rest(self.document, head, pieces)


def _rest(document: Document, head: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    try:
        yield from pieces
    except (ContentError, MissingObject) as error:
        _alarm(document, error)
        raise


def _alarm(document: Document, error: Exception) -> None:
    logger.error("carnet_content_unreadable", document=document.pk, error=type(error).__name__)


def open_document(*, actor: Actor, document: UUID, number: int | None = None) -> Opened:
    """The whole file, once its access is written down; `number` asks for a former version, which its keepers alone open.

    Raises NotForYou, `being_scanned`, `scan_refused`, `no_file`.
    """
    found = _readable(actor, document)
    versions = DocumentVersion.objects.select_related("document").filter(document=found).order_by("-number")
    version = versions.first()
    if version is None:
        raise CarnetRefusal("no_file")
    if number is not None and number != version.number:
        version = versions.filter(number=number).first() if may(actor, "change", found) else None
        if version is None:
            raise NotForYou
    _note(actor, "carnet.open_document", found)
    try:
        key = record_key(found.patient_id)
        words = open_words(key, found.uid, bytes(found.words))
        opener = opener_of(version, key)
    except (ContentError, MissingObject) as error:
        _alarm(found, error)
        raise CarnetRefusal("content_unreadable") from error
    name = safe_name(words.file_name, version.media_type)
    return Opened(found, version.media_type, name, version.size, opener)


def open_page(*, actor: Actor, document: UUID, number: int) -> Opened:
    """One drawn page of a document; the first one counts as an access."""
    found = _readable(actor, document)
    pages = Preview.objects.select_related("version__document").filter(version__document=found)
    # Of the last version alone: its first page may be drawn later than those of the one before.
    last = DocumentVersion.objects.filter(document=found).order_by("-number").values("pk")[:1]
    preview = pages.filter(version_id=Subquery(last), number=number).first()
    if preview is None:
        raise CarnetRefusal("no_preview")
    if number == 1:
        _note(actor, "carnet.see_page", found)
    try:
        opener = preview_opener(preview, record_key(found.patient_id))
    except (ContentError, MissingObject) as error:
        _alarm(found, error)
        raise CarnetRefusal("content_unreadable") from error
    return Opened(found, "image/jpeg", f"page-{number}.jpg", preview.size, opener)


def open_note(*, actor: Actor, document: UUID) -> None:
    """A note without a file is read on its own page: that is an access too. Raises NotForYou."""
    found = get_or_404(actor, Document, "read", uid=document)
    if not DocumentVersion.objects.filter(document=found).exists():
        _note(actor, "carnet.see_page", found)


def open_record(*, actor: Actor, patient: UUID) -> Patient:
    """The list of a record opens: written down like a document, unless nobody else would learn of it. Raises NotForYou."""
    person = get_or_404(actor, Patient, "read_documents", uid=patient)
    if is_news_to_others(actor, person):
        with transaction.atomic():
            _write(actor, "carnet.open_record", person, person.pk)
        watch_accesses(actor=actor, patient_id=person.pk)
    return person


def _readable(actor: Actor, document: UUID) -> Document:
    found = get_or_404(actor, Document, "read", uid=document)
    if found.state == State.REFUSED:
        raise CarnetRefusal("scan_refused")
    if not may(actor, "open", found):
        raise CarnetRefusal("being_scanned")
    return found


def _note(actor: Actor, action: str, document: Document) -> None:
    """Committed before the first byte leaves: without the row there is no reading."""
    with transaction.atomic():
        _write(actor, action, document, document.patient_id)
        if document.first_read_at is None and actor.user_id != document.depositor_id:
            Document.objects.filter(pk=document.pk, first_read_at__isnull=True).update(first_read_at=clock.now())
    watch_accesses(actor=actor, patient_id=document.patient_id)


def _write(actor: Actor, action: str, target: Document | Patient, patient_id: int) -> None:
    audit.record(actor, action, target, patient_id=patient_id, practice_id=actor.practice_id)
