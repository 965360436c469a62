"""What is kept no longer of claims, of their documents, and of requests about listings. Asked by the purge, in one place.

A wish about a listing (`ListingWish`) is no part of this: it holds for as long as the register states the person.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from core import audit, clock
from core.access import Actor
from core.exceptions import NotForYou
from practitioners.claim_states import ENDED, HOLDING
from practitioners.enums import ListingState
from practitioners.models import Claim, ClaimDocument, ListingRequest

# Long enough to answer somebody who comes back with a complaint.
CLAIMS_KEPT = REQUESTS_KEPT = timedelta(days=366)
# A document that nobody decides about: its claimant may send it again.
DOCUMENTS_KEPT = timedelta(days=90)
# A code that was never given back has asked for nothing.
UNPROVEN_KEPT = timedelta(days=1)


def ended_claims() -> QuerySet[Claim]:
    """Refused or withdrawn long ago."""
    return Claim.objects.filter(state__in=ENDED, moved_at__lt=clock.now() - CLAIMS_KEPT)


def forget_ended_claims(*, actor: Actor) -> int:
    """Erase them, with what was said of them; returns how many claims. Raises NotForYou."""
    _check(actor)
    with transaction.atomic():
        gone = ended_claims().delete()[1].get("practitioners.Claim", 0)
        if gone:
            audit.record(actor, "practitioners.forget_ended_claims", count=gone)
    return gone


def idle_documents() -> QuerySet[ClaimDocument]:
    """With something in them although the claim is decided, or nobody has decided for long."""
    decided = Q(claim__state__in=(*ENDED, *HOLDING))
    return ClaimDocument.objects.filter(decided | Q(sent_at__lt=clock.now() - DOCUMENTS_KEPT), emptied_at=None)


def empty_idle_documents(*, actor: Actor) -> int:
    """Empty them; returns how many. Raises NotForYou."""
    _check(actor)
    with transaction.atomic():
        ids = list(idle_documents().values_list("pk", flat=True))
        gone = ClaimDocument.objects.filter(pk__in=ids, emptied_at=None).update(
            content="", name="", emptied_at=clock.now()
        )
        if gone:
            audit.record(actor, "practitioners.empty_idle_documents", count=gone)
    return gone


def old_requests() -> QuerySet[ListingRequest]:
    """Answered long ago, or never proven."""
    now = clock.now()
    return ListingRequest.objects.filter(
        Q(decided_at__lt=now - REQUESTS_KEPT) | Q(state=ListingState.PROVING, expires_at__lt=now - UNPROVEN_KEPT)
    )


def forget_old_requests(*, actor: Actor) -> int:
    """Erase them; what they changed about the listing stays. Returns how many. Raises NotForYou."""
    _check(actor)
    with transaction.atomic():
        gone = old_requests().delete()[0]
        if gone:
            audit.record(actor, "practitioners.forget_old_requests", count=gone)
    return gone


def _check(actor: Actor) -> None:
    if not actor.is_system:
        raise NotForYou
