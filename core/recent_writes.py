"""Who has just written, as a short-lived signed cookie: they read their own writes, which a replica may not have yet."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http.response import HttpResponseBase

from core import clock

_signer = Signer(salt="core.recent_writes")


def cookie_name() -> str:
    return "__Host-wrote" if settings.SESSION_COOKIE_SECURE else "wrote"


def mark(response: HttpResponseBase) -> None:
    """Have the visitor read from the primary for the next seconds (`REPLICA_OWN_WRITES`). The cookie says nothing else."""
    response.set_cookie(
        cookie_name(),
        _signer.sign(str(int(clock.now().timestamp()))),
        max_age=settings.REPLICA_OWN_WRITES,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def wrote_lately(request: Any) -> bool:
    """Whether the request comes from who has just written; True as well for a program whose token keeps no cookies."""
    if "X-Session-Token" in request.headers:
        return True
    try:
        written = int(_signer.unsign(request.COOKIES.get(cookie_name(), "")))
    except (BadSignature, ValueError):
        return False
    # Two machines do not agree on the second.
    return abs(clock.now().timestamp() - written) <= settings.REPLICA_OWN_WRITES
