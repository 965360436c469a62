"""The staff's decision on a document: two different people agree, or one refuses and says why."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from core import audit
from core.access import Actor
from practitioners.claim_refusals import ClaimRefusal
from practitioners.claim_states import ClaimProof, ClaimState, Scan
from practitioners.models import Claim, ClaimReview
from practitioners.services.claims._moving import answer, control, empty_documents, is_taken, locked, move, user_of

NEEDED = 2


def review_claim(*, actor: Actor, claim: UUID, approved: bool, reason: str = "") -> Claim:
    """Say what one thinks of a claim that waits. The second approval gives the page; a refusal ends the claim.

    Raises NotForYou (also for one's own), `claim_state`, `review_twice`, `review_nothing`, `review_reason`, `page_taken`,
    `claim_left`.
    """
    reviewer = user_of(actor)
    with transaction.atomic():
        found = locked(actor, claim, "review")
        _check(found, reviewer, approved=approved, reason=reason)
        ClaimReview.objects.create(claim=found, reviewer_id=reviewer, approved=approved, reason=reason)
        audit.record(actor, "practitioners.review_claim", found, approved=approved)
        if not approved:
            found.refusal = reason
            move(actor, found, ClaimState.REFUSED)
            empty_documents(found)
            answer(found)
        elif found.reviews.filter(approved=True).count() >= NEEDED:
            if not control(actor, found, ClaimProof.DOCUMENT):
                raise ClaimRefusal("page_taken")
            answer(found)
    return found


def _check(claim: Claim, reviewer: int, *, approved: bool, reason: str) -> None:
    if claim.user_id == reviewer:
        raise ClaimRefusal("review_own")
    if claim.state != ClaimState.REGISTER_MATCH:
        raise ClaimRefusal("claim_state")
    if claim.reviews.filter(reviewer_id=reviewer).exists():
        raise ClaimRefusal("review_twice")
    if not approved and not reason.strip():
        raise ClaimRefusal("review_reason")
    if not approved:
        return
    if claim.practitioner is not None and is_taken(claim.practitioner, claim):
        raise ClaimRefusal("page_taken")
    if not claim.documents.filter(emptied_at=None, scan=Scan.CLEAN).exists():
        raise ClaimRefusal("review_nothing")
