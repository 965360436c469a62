"""Who may do what: spaces and actors, rules over rows, declarations of addresses. Deny by default.

`scoped` is the only road to rows; `access` is the declaration without which an address does not answer.
"""

from core.access.actors import ANONYMOUS, Actor, Space, system_actor
from core.access.declarations import Spec, access
from core.access.rules import get_or_404, may, rule, scoped
from core.access.spaces import SpaceChoice, choices_of, register_space

__all__ = [
    "ANONYMOUS",
    "Actor",
    "Space",
    "SpaceChoice",
    "Spec",
    "access",
    "choices_of",
    "get_or_404",
    "may",
    "register_space",
    "rule",
    "scoped",
    "system_actor",
]
