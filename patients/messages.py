"""What the patients package says to people: an invitation, a code. No word of health, no name of a practice.

Each message reads its row again when it is sent, and dies if that row no longer stands.
"""

from __future__ import annotations

from django.urls import reverse

from core import clock
from notifications import rendering
from notifications.enums import ChannelName
from notifications.models import Message
from notifications.registry import Envelope, kind
from patients.models import GuardianInvitation, RecordLinkCode

INVITATION = "patients.invitation"
LINK_CODE = "patients.link_code"


def invitation_subject(invitation_id: int) -> str:
    return f"guardian_invitation:{invitation_id}"


def link_subject(request_id: int) -> str:
    return f"link_code:{request_id}"


@kind(INVITATION)
def invitation(message: Message) -> Envelope | None:
    """To the invited address: who invites, by first name only, and where to answer."""
    found = (
        GuardianInvitation.objects.select_related("invited_by__patient")
        .filter(pk=message.subject_id, accepted_at__isnull=True, expires_at__gt=clock.now())
        .first()
    )
    if found is None:
        return None
    inviter = getattr(found.invited_by, "patient", None)
    context = {
        "inviter": inviter.first_name if inviter else "",
        "link": rendering.absolute(reverse("patients:invitation", args=[found.uid])),
        "expires_at": found.expires_at,
    }
    return rendering.email(INVITATION, context, to=found.email)


@kind(LINK_CODE)
def link_code(message: Message) -> Envelope | None:
    """To the contact in a practice's file: the code alone. The same words whoever asked."""
    waiting = RecordLinkCode.objects.filter(
        pk=message.subject_id, used_at__isnull=True, expires_at__gt=clock.now(), record__patient__isnull=True
    )
    code, to = message.secrets.get("code"), message.address
    if not code or not to or not waiting.exists():
        return None
    context = {"code": code}
    if message.channel == ChannelName.SMS:
        return rendering.sms(LINK_CODE, context, to=to)
    return rendering.email(LINK_CODE, context, to=to)
