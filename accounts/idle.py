"""When somebody last acted in a session of a shared workstation, and how long it may stay still. The session is the truth.

Only a browser whose cookie names a workstation is watched. What pages ask by themselves (polling, fragments, images) is no
act; opening a page is, sending a form is, and so is the sign of life that the page's script sends while one types.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from accounts.registry import idle_minutes
from accounts.seats import token_of
from core import clock
from core.access.identify import SPACE_KEY

KEY = "idle"
LEAST, MOST = 2, 30
# The session is written at most so often: what is counted is minutes.
GRAIN_SECONDS = 10
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


@dataclass(frozen=True, slots=True)
class Idleness:
    """Seconds since the last act, and the seconds allowed."""

    still: int
    allowed: int

    @property
    def left(self) -> int:
        return max(0, self.allowed - self.still)

    @property
    def is_over(self) -> bool:
        return self.still >= self.allowed


def idleness_of(request: HttpRequest) -> Idleness | None:
    """How still this session has been; None in a browser that is nobody's workstation. Begins the count the first time."""
    if not token_of(request):
        return None
    record, now = request.session.get(KEY), _now()
    if not isinstance(record, dict) or record.get("space") != request.session.get(SPACE_KEY, ""):
        record = _note(request, now if not isinstance(record, dict) else int(record["at"]))
    return Idleness(still=max(0, now - int(record["at"])), allowed=int(record["minutes"]) * 60)


def note_act(request: HttpRequest, idleness: Idleness) -> Idleness:
    """The person acted just now. The practice's setting is read again, so a change holds within seconds."""
    if idleness.still < GRAIN_SECONDS:
        return idleness
    record = _note(request, _now())
    return Idleness(still=0, allowed=int(record["minutes"]) * 60)


def is_act(request: HttpRequest) -> bool:
    """Whether a request shows somebody at the screen, not a page that asks by itself."""
    if request.method not in SAFE:
        return True
    asked = request.headers
    by_script = asked.get("Sec-Fetch-Dest") == "empty" or "HX-Request" in asked
    return not by_script and "text/html" in asked.get("Accept", "text/html")


def _note(request: HttpRequest, at: int) -> dict[str, Any]:
    space = str(request.session.get(SPACE_KEY, ""))
    record = {"at": at, "minutes": min(max(idle_minutes(space), LEAST), MOST), "space": space}
    request.session[KEY] = record
    return record


def _now() -> int:
    return int(clock.now().timestamp())
