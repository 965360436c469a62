"""What the practitioners package says to people: an invitation into a team. It names the practice, nothing of health."""

from __future__ import annotations

from django.urls import reverse

from core import clock
from notifications import rendering
from notifications.models import Message
from notifications.registry import Envelope, kind
from practitioners.models import TeamInvitation

TEAM_INVITATION = "practitioners.team_invitation"


def team_invitation_subject(invitation_id: int) -> str:
    return f"team_invitation:{invitation_id}"


@kind(TEAM_INVITATION)
def team_invitation(message: Message) -> Envelope | None:
    """To the invited address: which practice, and where to answer. Dies with the invitation."""
    waiting = TeamInvitation.objects.select_related("practice", "invited_by").filter(
        accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=clock.now()
    )
    found = waiting.filter(pk=message.subject_id).first()
    if found is None:
        return None
    context = {
        "practice": found.practice.name,
        "inviter": found.invited_by.display_name,
        "link": rendering.absolute(reverse("practitioners:invitation", args=[found.uid])),
        "expires_at": found.expires_at,
    }
    return rendering.email(TEAM_INVITATION, context, to=found.email)
