"""The search for malware in the documents of claims: the same scanner as for the record's, asked by a job after each deposit."""

from __future__ import annotations

import base64
from datetime import timedelta

import structlog
from django.db import transaction

from core import audit, clock
from core.access import Actor
from core.exceptions import NotForYou
from core.jobs import enqueue
from core.scanners import Verdict, scanner
from practitioners.claim_states import Scan
from practitioners.models import ClaimDocument
from practitioners.services.claims._moving import answer

logger = structlog.get_logger(__name__)
INSPECT = "practitioners.inspect_claim_document"
AGAIN = timedelta(minutes=5)
GIVE_UP = timedelta(days=7)


def inspect_document(*, actor: Actor, document: int) -> None:
    """Scan a document that waits; one with malware is emptied at once, and the claimant asked for another.

    A scanner that does not answer is asked again every five minutes for a week, then each night. Raises NotForYou.
    """
    if not actor.is_system:
        raise NotForYou
    found = ClaimDocument.objects.filter(pk=document, emptied_at=None, scan=Scan.WAITING).first()
    if found is None:
        return
    verdict = scanner().scan(base64.b64decode(found.content))
    if verdict is Verdict.UNKNOWN:
        if found.sent_at > clock.now() - GIVE_UP:
            ask_inspection(document, after=AGAIN)
        return
    with transaction.atomic():
        # A decision may have emptied it while it was scanned.
        waiting = ClaimDocument.objects.filter(pk=document, emptied_at=None)
        clean = verdict is Verdict.CLEAN
        changes = {"scan": Scan.CLEAN} if clean else {"scan": Scan.REFUSED, "content": "", "name": ""}
        if not waiting.update(**changes, **({} if clean else {"emptied_at": clock.now()})):
            return
        audit.record(actor, "practitioners.inspect_claim_document", found.claim, document=document, clean=clean)
        if not clean:
            logger.warning("claim_document_refused", document=document)
            answer(found.claim)


def ask_inspection(document: int, *, after: timedelta = timedelta()) -> None:
    """Queue the scan, in the caller's transaction."""
    enqueue(INSPECT, due_at=clock.now() + after, unique=f"{INSPECT}:{document}", document=document)


def ask_late_inspections(*, actor: Actor) -> int:
    """Queue again what still waits, each night: a scanner that was away for long is back one day. Raises NotForYou."""
    if not actor.is_system:
        raise NotForYou
    with transaction.atomic():
        waiting = ClaimDocument.objects.filter(emptied_at=None, scan=Scan.WAITING).order_by("pk")
        late = list(waiting.values_list("pk", flat=True))
        for document in late:
            ask_inspection(document)
    return len(late)
