"""Acts on no row yet: whether somebody may do them at all."""

from __future__ import annotations

from billing.rules import is_staff
from core.access import Actor
from core.exceptions import NotForYou


def require_staff(actor: Actor) -> None:
    """Billing staff at work, or the system. Raises NotForYou."""
    if not (is_staff(actor) or actor.is_system):
        raise NotForYou
