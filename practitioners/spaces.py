"""The practice spaces of a user, read from their live memberships at each request; how long a workstation may stay still."""

from uuid import UUID

from core import clock
from practitioners.models import Membership, Practice


def practice_of(user_id: int, ref: str | None) -> int | None:
    """The practice that `ref` (its uid) names, or with None the only one, when the user is an active member of it."""
    live = Membership.objects.active(clock.now()).filter(user_id=user_id)
    if ref is not None:
        try:
            live = live.filter(practice__uid=UUID(ref))
        except ValueError:
            return None
    practices = list(live.order_by("practice_id").values_list("practice_id", flat=True).distinct()[:2])
    return practices[0] if len(practices) == 1 else None


def practices_of(user_id: int) -> list[tuple[str, str]]:
    """The (uid, name) of the practices the user works in now."""
    live = Membership.objects.active(clock.now()).filter(user_id=user_id)
    rows = live.order_by("practice__name", "practice_id").values_list("practice__uid", "practice__name").distinct()
    return [(str(uid), name) for uid, name in rows]


def idle_minutes_of(space: str) -> int | None:
    """What a practice set for its shared workstations; `space` is that of the session. None outside of a practice."""
    kind, _colon, ref = space.partition(":")
    try:
        uid = UUID(ref) if kind == "practice" else None
    except ValueError:
        uid = None
    return Practice.objects.filter(uid=uid).values_list("idle_minutes", flat=True).first() if uid else None
