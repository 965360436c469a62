"""Who works in a practice: role, agendas and dates changed by an owner, and leaving, which ends access at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from core import audit, clock
from core.access import Actor, get_or_404
from practitioners.enums import Role
from practitioners.models import Membership
from practitioners.services._leaving import close_left_agendas, close_when_gone
from practitioners.services._team import lock_team, require_an_owner, scope_of
from practitioners.services.invitations import accept_invitation, invite_member, withdraw_invitation
from practitioners.team_refusals import TeamRefusal

__all__ = ["accept_invitation", "change_member", "end_membership", "invite_member", "withdraw_invitation"]

AN_INSTANT = timedelta(microseconds=1)


def change_member(
    *,
    actor: Actor,
    member: UUID,
    role: str,
    all_agendas: bool = False,
    agendas: Iterable[UUID] = (),
    first_day: date | None = None,
    last_day: date | None = None,
) -> Membership:
    """Change what a member does in the practice, on which agendas and until when. Owners only.

    It counts at the member's next request. The last owner stays owner, without an end: `last_owner` (409). A cover or a
    locum stays one: another role is another invitation (`role_fixed`). Raises NotForYou and what `scope_of` refuses.
    """
    found = get_or_404(actor, Membership, "staff", uid=member)
    with transaction.atomic():
        lock_team(found.practice_id)
        row = get_or_404(actor, Membership, "staff", uid=member)
        if role != row.role and (row.role == Role.COVER or role == Role.COVER):
            raise TeamRefusal("role_fixed")
        scope = scope_of(
            actor,
            row.practice_id,
            role=role,
            all_agendas=all_agendas,
            agendas=agendas,
            first_day=first_day,
            last_day=last_day,
            since=row.starts_at,
        )
        before = {"role": row.role, "all_agendas": row.all_agendas, "ends_at": row.ends_at}
        listed = sorted(row.agendas.values_list("pk", flat=True))
        left = Membership(user_id=row.user_id, practice_id=row.practice_id, role=row.role, pk=row.pk)
        row.role, row.all_agendas = scope.role, scope.all_agendas
        row.starts_at, row.ends_at = scope.starts_at, scope.ends_at
        row.save(update_fields=["role", "all_agendas", "starts_at", "ends_at"])
        row.agendas.set(scope.agendas)
        if before["role"] == Role.OWNER:
            require_an_owner(row.practice_id)
        if scope.role not in (Role.OWNER, Role.PRACTITIONER):
            close_left_agendas(actor, left)
        close_when_gone(row)
        audit.record(
            actor,
            "practitioners.change_member",
            row,
            practice_id=row.practice_id,
            member=row.user_id,
            role=[before["role"], row.role],
            all_agendas=[before["all_agendas"], row.all_agendas],
            ends_at=[before["ends_at"], row.ends_at],
            agendas_before=listed,
            agendas=[agenda.pk for agenda in scope.agendas],
        )
    return row


def end_membership(*, actor: Actor, member: UUID) -> None:
    """End a membership now: by an owner, by the member, and a cover by whom it replaces. Access ends at the next request.

    A practitioner's agendas here close to online booking; visits to come stay, and are listed for a decision. Somebody
    who had not begun is taken off the team. Raises NotForYou, `last_owner` (409).
    """
    found = get_or_404(actor, Membership, "end", uid=member)
    with transaction.atomic():
        lock_team(found.practice_id)
        row = get_or_404(actor, Membership, "end", uid=member)
        now = clock.now()
        audit.record(
            actor,
            "practitioners.end_membership",
            row,
            practice_id=row.practice_id,
            member=row.user_id,
            role=row.role,
        )
        if row.starts_at > now:
            row.delete()
            return
        row.ends_at = max(now, row.starts_at + AN_INSTANT)
        row.save(update_fields=["ends_at"])
        if row.role == Role.OWNER:
            require_an_owner(row.practice_id)
        close_left_agendas(actor, row)
