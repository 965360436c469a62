"""Proving that one is the person of the register: by Pro Santé Connect, or by a document that the staff looks at."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from core import audit
from core.access import Actor, get_or_404
from core.exceptions import NotForYou
from practitioners.claim_refusals import ClaimRefusal
from practitioners.claim_states import ClaimProof, ClaimState, Scan
from practitioners.models import Claim, ClaimDocument
from practitioners.professional_identity import ProfessionalIdentity
from practitioners.services.claims._moving import answer, control, locked
from practitioners.services.claims.inspecting import ask_inspection

DOCUMENT_BYTES = 2 * 1024 * 1024
DOCUMENTS = 3
# Counting those that the scan refused or that waited for too long.
DOCUMENTS_EVER = 10
# What a file begins with says what it is; its name says nothing.
_BEGINNINGS = ((b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    """A document as it was sent."""

    name: str
    mimetype: str
    content: bytes


def prove_by_identity(*, actor: Actor, claim: UUID, identity: ProfessionalIdentity) -> Claim:
    """Pro Santé Connect has recognised somebody: the page is theirs when it is the person of the claim.

    Raises NotForYou, `claim_state`, `claim_left`, `identity_differs`; `claim_contested` when another account
    holds the page, once the proof is noted for the staff.
    """
    with transaction.atomic():
        found = locked(actor, claim, "own")
        if found.state != ClaimState.REGISTER_MATCH:
            raise ClaimRefusal("claim_state")
        if identity.rpps != found.rpps or (identity.professions and found.profession not in identity.professions):
            audit.record(actor, "practitioners.claim_identity_differs", found)
            differs = True
        else:
            differs = False
            held = control(actor, found, ClaimProof.IDENTITY)
            if held:
                answer(found)
    if differs:
        raise ClaimRefusal("identity_differs")
    if not held:
        raise ClaimRefusal("claim_contested")
    return found


def send_document(*, actor: Actor, claim: UUID, name: str, content: bytes) -> ClaimDocument:
    """Hand in a document, for two members of the staff to look at once it is scanned.

    Raises NotForYou, `claim_state`, `document_empty`, `document_size`, `document_type`, `documents_many`,
    `documents_judged` once somebody has said what they think of those that are there.
    """
    if not content:
        raise ClaimRefusal("document_empty")
    if len(content) > DOCUMENT_BYTES:
        raise ClaimRefusal("document_size")
    mimetype = next((kind for beginning, kind in _BEGINNINGS if content.startswith(beginning)), "")
    if not mimetype:
        raise ClaimRefusal("document_type")
    with transaction.atomic():
        found = locked(actor, claim, "own")
        if found.state != ClaimState.REGISTER_MATCH:
            raise ClaimRefusal("claim_state")
        if found.reviews.exists():
            raise ClaimRefusal("documents_judged")
        if found.documents.filter(emptied_at=None).count() >= DOCUMENTS or found.documents.count() >= DOCUMENTS_EVER:
            raise ClaimRefusal("documents_many")
        document = ClaimDocument.objects.create(
            claim=found,
            name=name[:120],
            mimetype=mimetype,
            size=len(content),
            content=base64.b64encode(content).decode(),
        )
        ask_inspection(document.pk)
        audit.record(actor, "practitioners.send_claim_document", found, document=document.pk, size=len(content))
    return document


def open_document(*, actor: Actor, claim: UUID, document: UUID) -> OpenedDocument:
    """The document, for a member of the staff: that they looked is written before it opens.

    Raises NotForYou, also before the search for malware has called it clean.
    """
    found = get_or_404(actor, Claim, "review", uid=claim)
    with transaction.atomic():
        row = found.documents.filter(uid=document, emptied_at=None, scan=Scan.CLEAN).first()
        if row is None:
            raise NotForYou
        audit.record(actor, "practitioners.open_claim_document", found, document=row.pk)
    return OpenedDocument(f"piece-{row.pk}.{ENDINGS[row.mimetype]}", row.mimetype, base64.b64decode(row.content))
