"""Looks for malware in what was received, and draws its pages: the job that follows each deposit."""

from __future__ import annotations

import os
from datetime import timedelta

import structlog
from django.db import transaction

from carnet.crypto import CHUNK, Opener, Sealer, new_key
from carnet.enums import State
from carnet.models import Document, DocumentVersion, Preview
from carnet.record_keys import record_key
from carnet.sandbox.parent import Unreadable, page_images
from carnet.services._objects import unwrap_object_key, wrap_object_key
from carnet.storage import StoredSource, store
from core import audit, clock
from core.access import Actor
from core.jobs import enqueue
from core.scanners import Verdict, scanner

logger = structlog.get_logger(__name__)
AGAIN = timedelta(minutes=5)
GIVE_UP = timedelta(days=7)


def opener_of(version: DocumentVersion, key: bytes) -> Opener:
    """Opens the object of a version. Raises ContentError, MissingObject."""
    name = version.object_name
    own = unwrap_object_key(key, version.patient_id, version.document.uid, name, bytes(version.wrapped_key))
    return Opener(own, bytes.fromhex(name), version.size, StoredSource(store(), name))


def inspect_document(*, actor: Actor, document: int, job: str) -> None:
    """Scans and draws; a scanner that does not answer is asked again every five minutes for a week.

    A document that was thrown away meanwhile is left alone. Within the transaction of the job.
    """
    versions = DocumentVersion.objects.select_related("document").filter(document_id=document)
    version = versions.order_by("-number").first()
    if version is None or version.document.state == State.REFUSED:
        return
    content = b"".join(opener_of(version, record_key(version.patient_id)).stream())
    verdict = scanner().scan(content)
    if verdict is Verdict.UNKNOWN:
        if version.created_at > clock.now() - GIVE_UP:
            enqueue(
                job,
                due_at=clock.now() + AGAIN,
                unique=f"inspect:{version.document.uid}:{version.number}",
                document=document,
            )
        return
    state = State.CLEAN if verdict is Verdict.CLEAN else State.REFUSED
    Document.objects.filter(pk=document).update(state=state)
    audit.record(actor, "carnet.inspect_document", version.document, patient_id=version.patient_id, state=state)
    if state == State.REFUSED:
        logger.warning("carnet_document_refused", document=document)
    elif not version.previews.exists():
        _draw(version, content)


def _draw(version: DocumentVersion, content: bytes) -> None:
    key = record_key(version.patient_id)
    try:
        for number, image in enumerate(page_images(version.media_type, content), start=1):
            _keep_page(version, key, number, image)
    except Unreadable:
        logger.info("carnet_no_preview", version=version.pk)


def _keep_page(version: DocumentVersion, key: bytes, number: int, image: bytes) -> None:
    name, own = os.urandom(16), new_key()
    sealer = Sealer(own, name)
    with store().writer(name.hex()) as file:
        file.write(sealer.header)
        for at in range(0, len(image), CHUNK):
            file.write(sealer.update(image[at : at + CHUNK]))
        file.write(sealer.finish())
    with transaction.atomic():
        Preview.objects.create(
            version=version,
            number=number,
            object_name=name.hex(),
            wrapped_key=wrap_object_key(key, version.patient_id, version.document.uid, name.hex(), own),
            size=len(image),
        )


def preview_opener(preview: Preview, key: bytes) -> Opener:
    """Opens one drawn page. Raises ContentError, MissingObject."""
    version, name = preview.version, preview.object_name
    own = unwrap_object_key(key, version.patient_id, version.document.uid, name, bytes(preview.wrapped_key))
    return Opener(own, bytes.fromhex(name), preview.size, StoredSource(store(), name))
