"""Inviting somebody into a practice's team, and answering such an invitation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import User, normalise_email
from core import audit, clock, ratelimit
from core.access import Actor, get_or_404
from core.exceptions import NotForYou
from notifications.services import cancel_pending, notify
from practitioners.enums import Role
from practitioners.messages import TEAM_INVITATION, team_invitation_subject
from practitioners.models import Membership, Practice, TeamInvitation
from practitioners.services._leaving import close_when_gone
from practitioners.services._team import DATED, check_register_number, live_or_future, lock_team, scope_of
from practitioners.signals import locum_announced
from practitioners.team_refusals import TeamRefusal

LIFE = timedelta(days=7)
MOST_A_DAY = 20


def invite_member(
    *,
    actor: Actor,
    email: str,
    role: str,
    all_agendas: bool = False,
    agendas: Iterable[UUID] = (),
    first_day: date | None = None,
    last_day: date | None = None,
    register_number: str = "",
) -> TeamInvitation:
    """Invite an address into the practice of the actor, who owns it. The e-mail names the practice, nothing of health.

    The days are included, at the practice's clock; a locum or a cover always has a last one. The invitation waits seven
    days and takes the place of an earlier one to the same address. Raises NotForYou, `own_address`, `already_member`
    (409), `too_many_requests` (429, twenty a day), and what `scope_of` and `check_register_number` refuse.
    """
    practice = get_or_404(actor, Practice, "staff")
    ratelimit.spend("practitioners.invite", f"practice:{practice.pk}", limit=MOST_A_DAY, per=timedelta(days=1))
    address, number = normalise_email(email), check_register_number(register_number)
    with transaction.atomic():
        lock_team(practice.pk)
        scope = scope_of(
            actor,
            practice.pk,
            role=role,
            all_agendas=all_agendas,
            agendas=agendas,
            first_day=first_day,
            last_day=last_day,
        )
        _check_address(actor, practice, address, scope.role)
        waiting = TeamInvitation.objects.filter(
            practice=practice, email=address, accepted_at__isnull=True, withdrawn_at__isnull=True
        )
        _withdraw(list(waiting.filter(expires_at__gt=clock.now())))
        invitation = TeamInvitation.objects.create(
            practice=practice,
            email=address,
            role=scope.role,
            all_agendas=scope.all_agendas,
            starts_at=scope.starts_at,
            ends_at=scope.ends_at,
            invited_by_id=actor.user_id or 0,
            expires_at=min(clock.now() + LIFE, scope.ends_at or clock.now() + LIFE),
            register_number=number,
        )
        invitation.agendas.set(scope.agendas)
        notify(
            kind=TEAM_INVITATION,
            channel="email",
            subject=team_invitation_subject(invitation.pk),
            address=address,
            expires_at=invitation.expires_at,
        )
        audit.record(
            actor,
            "practitioners.invite_member",
            invitation,
            practice_id=practice.pk,
            role=scope.role,
            all_agendas=scope.all_agendas,
            agendas=[agenda.pk for agenda in scope.agendas],
            starts_at=scope.starts_at,
            ends_at=scope.ends_at,
        )
    return invitation


def withdraw_invitation(*, actor: Actor, invitation: UUID) -> None:
    """Take back an invitation that nobody has accepted yet. Raises NotForYou."""
    with transaction.atomic():
        found = get_or_404(actor, TeamInvitation, "withdraw", uid=invitation)
        lock_team(found.practice_id)
        found = get_or_404(actor, TeamInvitation, "withdraw", uid=invitation)
        _withdraw([found])
        audit.record(actor, "practitioners.withdraw_invitation", found, practice_id=found.practice_id)


def accept_invitation(*, actor: Actor, invitation: UUID) -> Membership:
    """Join, with the account whose verified address was invited: exactly the role, agendas and dates of the invitation.

    Raises NotForYou to everybody else and once it is over, `already_member` (409).
    """
    with transaction.atomic():
        found = get_or_404(actor, TeamInvitation, "accept", uid=invitation)
        lock_team(found.practice_id)
        found = get_or_404(actor, TeamInvitation, "accept", uid=invitation)
        if actor.user_id is None:
            raise NotForYou
        now = clock.now()
        if (
            found.role not in DATED
            and live_or_future(found.practice_id).filter(user_id=actor.user_id).exclude(role__in=DATED).exists()
        ):
            raise TeamRefusal("already_member")
        member = Membership.objects.create(
            user_id=actor.user_id,
            practice_id=found.practice_id,
            role=found.role,
            all_agendas=found.all_agendas,
            starts_at=found.starts_at,
            ends_at=found.ends_at,
            accepted_at=now,
            register_number=found.register_number,
        )
        member.agendas.set(found.agendas.all())
        found.accepted_at = now
        found.save(update_fields=["accepted_at"])
        audit.record(
            actor,
            "practitioners.accept_invitation",
            member,
            practice_id=found.practice_id,
            invitation=found.pk,
            role=member.role,
        )
        close_when_gone(member)
        if member.role == Role.LOCUM:
            locum_announced.send(sender=Membership, member_id=member.pk)
    return member


def _check_address(actor: Actor, practice: Practice, address: str, role: Role) -> None:
    """Nobody invites themselves: rights come from somebody else. A colleague is already there, but may replace one."""
    if User.objects.filter(pk=actor.user_id, email=address).exists():
        raise TeamRefusal("own_address")
    if role in DATED:
        return
    if live_or_future(practice.pk).filter(user__email=address).exclude(role__in=DATED).exists():
        raise TeamRefusal("already_member")


def _withdraw(invitations: list[TeamInvitation]) -> None:
    """The e-mail of an invitation taken back is called back if it has not left."""
    now = clock.now()
    for invitation in invitations:
        invitation.withdrawn_at = now
        invitation.save(update_fields=["withdrawn_at"])
        cancel_pending(team_invitation_subject(invitation.pk))
