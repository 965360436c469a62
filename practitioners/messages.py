"""What the practitioners package says to people: an invitation into a team, an agenda lent. Nothing of health."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.urls import reverse

from core import clock, phrasing
from notifications import rendering
from notifications.enums import ChannelName
from notifications.models import Message
from notifications.registry import Envelope, kind
from practitioners.enums import Role
from practitioners.models import Membership, TeamInvitation
from practitioners.selectors.team import label_of, name_of, zone_of_team

TEAM_INVITATION = "practitioners.team_invitation"
COVER_LENT = "practitioners.cover_lent"


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


def cover_subject(membership_id: int) -> str:
    return f"membership:{membership_id}"


@kind(COVER_LENT)
def cover_lent(message: Message) -> Envelope | None:
    """To the colleague who covers: whose agenda, in which practice and between which days. Dies with the cover."""
    user = message.user
    found = (
        Membership.objects.filter(pk=message.subject_id, role=Role.COVER, user=user, ends_at__gt=clock.now())
        .select_related("practice")
        .prefetch_related("agendas__practitioner", "agendas__location")
        .first()
    )
    if found is None or found.ends_at is None or user is None or not user.is_active:
        return None
    zone = zone_of_team(found.practice_id)
    lender = get_user_model().objects.select_related("practitioner").filter(pk=message.secrets.get("lender")).first()
    link = reverse("practitioners:team")
    last_day = clock.local_date(found.ends_at - timedelta(microseconds=1), zone)
    words = {
        "practice": found.practice.name,
        "lender": name_of(lender) if lender is not None else "",
        "agendas": [label_of(agenda) for agenda in found.agendas.all()],
        "first": phrasing.day_text(clock.local_date(found.starts_at, zone), weekday=False, year=True),
        "last": phrasing.day_text(last_day, weekday=False, year=True),
        "link": rendering.absolute(link),
    }
    if message.channel == ChannelName.BELL:
        return rendering.bell(COVER_LENT, words, user_id=user.pk, link=link)
    return rendering.email(COVER_LENT, words, to=user.email)
