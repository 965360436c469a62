"""What claims hand over and forget when a person asks for their data or closes their account."""

from __future__ import annotations

from typing import Any

from accounts.registry import erases, exports
from core import audit
from core.access import Actor
from practitioners.claim_states import ClaimState
from practitioners.models import Claim, Practitioner


@exports("claims")
def export_claims(user_id: int) -> list[dict[str, Any]]:
    """What the person declared and how far it went, ready for JSON; documents are emptied with each decision."""
    rows = Claim.objects.filter(user=user_id).order_by("declared_at", "pk")
    return [
        {
            "register_number": row.rpps,
            "last_name": row.last_name,
            "first_name": row.first_name,
            "profession": row.profession,
            "state": row.state,
            "proof": row.proof,
            "refusal": row.refusal,
            "declared_at": row.declared_at.isoformat(),
        }
        for row in rows
    ]


@erases("claims")
def forget_claims(actor: Actor, user_id: int) -> None:
    """Claims go with their documents and opinions, but for one that a published page rests on, which keeps its number alone.

    A page that was proven and not published yet is free again.
    """
    mine = Claim.objects.filter(user=user_id)
    held = mine.filter(state=ClaimState.CONTROLLED).values("practitioner")
    Practitioner.objects.filter(pk__in=held, user_id=user_id).update(user=None)
    gone = mine.exclude(state=ClaimState.PUBLISHED).delete()[0]
    kept = mine.update(last_name="", first_name="")
    if gone or kept:
        audit.record(actor, "practitioners.forget_claims", count=gone, kept=kept)
