"""Entering another space: the choice is kept in the session and noted in the journal."""

from collections.abc import MutableMapping
from typing import Any

from django.db import transaction

from core import audit
from core.access import Actor, Space
from core.access.identify import SPACE_KEY
from core.access.spaces import resolve
from core.errors import MESSAGES
from core.exceptions import DomainError


def enter_space(*, actor: Actor, user: Any, session: MutableMapping[str, Any], wanted: str) -> Space:
    """Makes `wanted` (`patient`, `platform`, `billing`, `practice:<uid>`) the space of the session; returns it.

    Raises DomainError `wrong_space` (403) when the user has no such space today.
    """
    found = resolve(user, wanted)
    if found is None:
        raise DomainError("wrong_space", MESSAGES["wrong_space"], status=403)
    space, practice_id = found
    with transaction.atomic():
        session[SPACE_KEY] = wanted
        audit.record(actor, "core.enter_space", practice_id=practice_id, entered=str(space))
    return space
