"""Makes the actor of a request out of its user, its session and the space it asks for."""

import hashlib
import secrets
from collections.abc import Mapping, MutableMapping
from typing import Any

from django.utils.translation import gettext as _

from core.access import spaces
from core.access.actors import Actor, Space
from core.access.declarations import Spec
from core.exceptions import DomainError

SPACE_KEY = "space"
HOLDER_KEY = "holder"
# Where django-allauth keeps how the person of a session proved who they are.
_METHODS_KEY = "account_authentication_methods"
_METHODS_USER_KEY = "account_authentication_methods_user"
_SECOND_FACTOR = "mfa"


def actor_of(
    user: Any,
    session: Mapping[str, Any],
    *,
    ip: str,
    wanted: str | None = None,
    spec: Spec | None = None,
) -> Actor:
    """The actor in the space asked for, else the session's, else the one the address implies, else the patient space.

    A space kept in the session that is no longer the user's is forgotten: rights end with the rows they come from.
    Raises DomainError `wrong_space` when `wanted` (the X-Space header) is not a space of this user.
    """
    mark = holder_mark(session)
    if user is None or not user.is_authenticated:
        return Actor(user_id=None, space=None, session=mark, ip=ip)
    space, practice_id = _space_of(user, session, wanted, spec)
    return Actor(
        user_id=user.pk,
        space=space,
        practice_id=practice_id,
        strong=is_strong(user, session),
        session=mark,
        ip=ip,
    )


def is_strong(user: Any, session: Mapping[str, Any]) -> bool:
    """Whether this very user gave a second factor (or a passkey with user verification) in this session."""
    if session.get(_METHODS_USER_KEY) != str(user.pk):
        return False
    methods = session.get(_METHODS_KEY)
    return isinstance(methods, list) and any(
        isinstance(entry, dict) and entry.get("method") == _SECOND_FACTOR for entry in methods
    )


def holder_mark(session: Mapping[str, Any]) -> str:
    """The opaque mark of the visitor, or an empty text when this session was never given one."""
    token = session.get(HOLDER_KEY)
    return hashlib.sha256(f"holder:{token}".encode()).hexdigest() if token else ""


def mark_holder(session: MutableMapping[str, Any]) -> None:
    """Gives the session a mark that survives signing in, so that what a visitor holds stays theirs."""
    if not session.get(HOLDER_KEY):
        session[HOLDER_KEY] = secrets.token_urlsafe(24)


def _space_of(user: Any, session: Mapping[str, Any], wanted: str | None, spec: Spec | None) -> tuple[Space, int | None]:
    if wanted:
        found = spaces.resolve(user, wanted)
        if found is None:
            raise DomainError("wrong_space", _("Cet espace n’est pas le vôtre."), status=403)
        return found
    kept = session.get(SPACE_KEY)
    if isinstance(kept, str) and kept:
        found = spaces.resolve(user, kept)
        if found is not None:
            return found
    elif spec is not None and spec.spaces == {Space.PRACTICE}:
        only = spaces.only_practice(user)
        if only is not None:
            return only
    return Space.PATIENT, None
