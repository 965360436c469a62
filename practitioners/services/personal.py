"""What this package hands over and forgets when a person asks for their data or closes their account."""

from __future__ import annotations

from typing import Any

from accounts.registry import erases, exports
from core import audit, clock
from core.access import Actor
from practitioners.enums import Role
from practitioners.models import Membership, TeamInvitation
from practitioners.services._leaving import close_left_agendas
from practitioners.services._team import lock_team, require_an_owner


@exports("teams")
def export_memberships(user_id: int) -> list[dict[str, Any]]:
    """Where the person works or worked, as what and when, ready for JSON."""
    rows = Membership.objects.filter(user=user_id).select_related("practice").order_by("starts_at", "pk")
    return [
        {
            "practice": row.practice.name,
            "role": row.role,
            "from": row.starts_at.isoformat(),
            "to": row.ends_at.isoformat() if row.ends_at else None,
            "register_number": row.register_number,
        }
        for row in rows
    ]


@erases("practitioners")
def leave_teams(actor: Actor, user_id: int) -> None:
    """End every membership of who closes their account, in the same transaction; the last owner cannot (`last_owner`)."""
    now = clock.now()
    mine = Membership.objects.filter(user=user_id)
    for practice_id in sorted(set(mine.active(now).values_list("practice_id", flat=True))):
        lock_team(practice_id)
    mine.filter(starts_at__gt=now).delete()
    for row in mine.active(now).order_by("practice_id", "pk"):
        row.ends_at = now
        row.save(update_fields=["ends_at"])
        if row.role == Role.OWNER:
            require_an_owner(row.practice_id)
        close_left_agendas(actor, row)
        audit.record(
            actor, "practitioners.end_membership", row, practice_id=row.practice_id, member=user_id, role=row.role
        )
    mine.update(register_number="")
    TeamInvitation.objects.filter(invited_by=user_id, accepted_at__isnull=True, withdrawn_at__isnull=True).update(
        withdrawn_at=now
    )
