"""What a claimant is told: their identity is proven and what comes next, their claim is refused and why, or a document is."""

from __future__ import annotations

from django.urls import reverse

from notifications import rendering
from notifications.enums import ChannelName
from notifications.models import Message
from notifications.registry import Envelope, kind
from practitioners.claim_states import ClaimState
from practitioners.models import Claim

CLAIM_ANSWERED = "practitioners.claim_answered"
# Revisions from here on are about a document that the scan refused; those below are the places of the states.
UNSAFE = 100


def claim_subject(claim_id: int) -> str:
    return f"claim:{claim_id}"


@kind(CLAIM_ANSWERED)
def claim_answered(message: Message) -> Envelope | None:
    """To the claimant, as the claim stands when the message leaves; nothing when it moved on by itself."""
    user = message.user
    found = Claim.objects.filter(pk=message.subject_id, user=user).first()
    if found is None or user is None or not user.is_active:
        return None
    unsafe = message.revision >= UNSAFE
    if found.state not in ((ClaimState.REGISTER_MATCH,) if unsafe else (ClaimState.CONTROLLED, ClaimState.REFUSED)):
        return None
    link = reverse("practitioners:claim", args=[found.uid])
    words = {
        "unsafe": unsafe,
        "accepted": found.state == ClaimState.CONTROLLED,
        "reason": found.refusal,
        "link": rendering.absolute(link),
    }
    if message.channel == ChannelName.BELL:
        return rendering.bell(CLAIM_ANSWERED, words, user_id=user.pk, link=link)
    return rendering.email(CLAIM_ANSWERED, words, to=user.email)
