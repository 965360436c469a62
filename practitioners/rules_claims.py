"""Who has to do with a claim: the account that makes it, and the platform's staff, who never judge their own."""

from __future__ import annotations

from django.db.models import Q

from core.access import Actor, Space, rule
from practitioners.models import Claim

NOBODY = Q(pk__in=[])


@rule(Claim, "own")
def own_claim(actor: Actor) -> Q:
    """One's own, in the patient's space: whoever claims a page has no practice yet."""
    if actor.space != Space.PATIENT or actor.user_id is None:
        return NOBODY
    return Q(user_id=actor.user_id)


@rule(Claim, "review")
def review_claim(actor: Actor) -> Q:
    if actor.space != Space.PLATFORM or actor.user_id is None:
        return NOBODY
    return ~Q(user_id=actor.user_id)
