"""The practice spaces of a user, read from their live memberships at each request; how long a workstation may stay still."""

from uuid import UUID

from core import clock
from core.access import Actor, Space
from core.ui.navigation import PRACTICE, SUBSCRIPTION
from practitioners.enums import Role
from practitioners.models import Membership, Practice
from practitioners.rules import memberships_of

_DAILY = frozenset(entry.url for entry in PRACTICE) - {SUBSCRIPTION, "/aide/"}


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


def rail_leaves_out(actor: Actor) -> frozenset[str]:
    """What the practice's rail has no word for: an accountant alone comes for the subscription, which nobody else needs there.

    The owner reaches it from the settings.
    """
    roles = set(memberships_of(actor).values_list("role", flat=True)) if actor.space == Space.PRACTICE else set()
    if roles == {Role.ACCOUNTANT}:
        return _DAILY
    return frozenset() if Role.ACCOUNTANT in roles and Role.OWNER not in roles else frozenset({SUBSCRIPTION})
