"""What is known of a shared workstation: whose session may be resumed there, and until when."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.models import StaffPin, User, Workstation, WorkstationSeat
from core import clock

# How long a second factor counts on one workstation.
FACTOR_LIFE = timedelta(hours=12)
COOKIE_LIFE = timedelta(days=30)
SALT = "accounts.workstation"


def cookie_name() -> str:
    """With the prefix that binds a cookie to this host over HTTPS, wherever the site is served so."""
    return "__Host-poste" if settings.SESSION_COOKIE_SECURE else "poste"


def token_of(request: HttpRequest) -> str:
    """What this browser's cookie holds; nothing when there is none or it was altered."""
    kept = request.COOKIES.get(cookie_name(), "")
    try:
        return str(signing.loads(kept, salt=SALT, max_age=COOKIE_LIFE)) if kept else ""
    except signing.BadSignature:
        return ""


def keep_token(response: HttpResponse, token: str) -> None:
    """Makes the browser that takes this answer the workstation of this token."""
    response.set_cookie(
        cookie_name(),
        signing.dumps(token, salt=SALT),
        max_age=int(COOKIE_LIFE.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def digest_of(token: str) -> str:
    """What the database keeps of a workstation's token."""
    return hashlib.sha256(f"workstation:{token}".encode()).hexdigest()


def workstation_of(token: str) -> Workstation | None:
    return Workstation.objects.filter(token_digest=digest_of(token)).first() if token else None


def live_seats(station: Workstation | None) -> QuerySet[WorkstationSeat]:
    """Who may resume on this workstation now, by name."""
    rows = WorkstationSeat.objects.filter(
        workstation=station,
        factor_at__gt=clock.now() - FACTOR_LIFE,
        user__is_active=True,
        user__staff_pin__isnull=False,
    )
    found = rows.select_related("user").order_by("user__display_name", "user__email")
    return found if station is not None else found.none()


def workstation_page(user_id: int, station: Workstation | None) -> dict[str, Any]:
    """Whether this person has a code, who shares this workstation, and whether they do."""
    seats = list(live_seats(station))
    return {
        "has_pin": StaffPin.objects.filter(user=user_id).exists(),
        "seats": [(seat, seat.factor_at + FACTOR_LIFE) for seat in seats],
        "is_seated": any(seat.user_id == user_id for seat in seats),
    }


def factor_given_at(request: HttpRequest, user: User) -> datetime | None:
    """When this person gave a second factor in this session: the first time, not when the session was resumed."""
    session = request.session
    if session.get("account_authentication_methods_user") != str(user.pk):
        return None
    records = session.get("account_authentication_methods") or []
    times = [entry.get("resumed", entry.get("at", 0)) for entry in records if entry.get("method") == "mfa"]
    return clock.instant(int(max(times))) if times else None


def was_resumed(request: HttpRequest) -> bool:
    """Whether this session was opened with a code alone."""
    records = request.session.get("account_authentication_methods") or []
    return any("resumed" in entry for entry in records)
