"""Which agendas, view and density a person last chose in a practice, kept in a signed cookie: keys of agendas, no patient.

Several people share one screen and one person works in several practices: the cookie holds a choice for each pair of them,
so nobody finds a colleague's. It is read for the pages of the practice only and binds nobody: an address says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

SALT, LIFE_SECONDS = "booking.agenda_choice", 60 * 60 * 24 * 365
# So many people and practices on one screen; the one that was not used for longest is forgotten first.
PAIRS_AT_MOST, AGENDAS_AT_MOST = 12, 20


@dataclass(frozen=True, slots=True)
class Choice:
    """Empty where nothing was chosen."""

    view: str = ""
    density: str = ""
    agendas: Sequence[UUID] = ()


def cookie_name() -> str:
    return "__Secure-agenda" if settings.SESSION_COOKIE_SECURE else "agenda"


def choice_of(request: HttpRequest) -> Choice:
    """What the actor chose here; nothing when the cookie was altered or is another's."""
    kept = _read(request).get(_pair(request))
    if not isinstance(kept, list) or len(kept) != 3:
        return Choice()
    view, density, agendas = kept
    try:
        return Choice(str(view), str(density), [UUID(one) for one in agendas])
    except (ValueError, TypeError, AttributeError):
        return Choice()


def keep_choice(response: HttpResponse, request: HttpRequest, choice: Choice) -> None:
    """Written only when something changed."""
    if choice == choice_of(request):
        return
    kept = _read(request)
    kept.pop(_pair(request), None)
    kept[_pair(request)] = [choice.view, choice.density, [str(uid) for uid in choice.agendas][:AGENDAS_AT_MOST]]
    response.set_cookie(
        cookie_name(),
        signing.dumps(dict(list(kept.items())[-PAIRS_AT_MOST:]), salt=SALT, compress=True),
        max_age=LIFE_SECONDS,
        path="/cabinet/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _pair(request: HttpRequest) -> str:
    return f"{request.actor.user_id}.{request.actor.practice_id}"


def _read(request: HttpRequest) -> dict[str, Any]:
    kept = request.COOKIES.get(cookie_name(), "")
    if not kept:
        return {}
    try:
        found = signing.loads(kept, salt=SALT, max_age=LIFE_SECONDS)
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}
