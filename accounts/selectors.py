"""What is known of an account and of the session that uses it, without changing either."""

import hashlib
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.urls import reverse

from .models import LostFactorRequest, User

MAIN_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def display_of(user: User) -> str:
    """What the person is called on screen; allauth asks for it by this name."""
    return user.salutation


def is_strong(request: HttpRequest) -> bool:
    """Whether this very session passed a second factor (and not merely whether the account has one)."""
    return any(record.get("method") == "mfa" for record in _records(request))


def proved_recently(request: HttpRequest) -> bool:
    """Whether the person proved who they are in the last minutes, by whichever means, sign-in included."""
    limit = time.time() - account_settings.REAUTHENTICATION_TIMEOUT
    return any(record.get("at", 0) > limit for record in _records(request))


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type__in=MAIN_FACTORS).exists()


def second_factor_page(user: User) -> str:
    """Where this person gives their second factor in a session that lacks it, or sets one up when there is none."""
    types = set(Authenticator.objects.filter(user=user, type__in=MAIN_FACTORS).values_list("type", flat=True))
    if Authenticator.Type.TOTP in types:
        return reverse("mfa_reauthenticate")
    return reverse("mfa_reauthenticate_webauthn" if types else "mfa_index")


def verified_email(user: User) -> str:
    """The confirmed address of this account, or an empty text: booking needs one."""
    found = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk").first()
    return found.email if found else ""


def pending_lost_factor(user_id: int) -> LostFactorRequest | None:
    return LostFactorRequest.objects.pending().filter(user_id=user_id).first()


def lost_factor_of_token(token: str) -> LostFactorRequest | None:
    """The planned removal that this token of an announcement stops; None when it stops nothing any more."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    return LostFactorRequest.objects.pending().filter(token_digest=digest).first()


@dataclass(frozen=True, slots=True)
class Overview:
    """What the account's home page shows."""

    email: str
    phone: str
    phone_verified_at: datetime | None
    has_password: bool
    has_second_factor: bool
    lost_factor: LostFactorRequest | None


def overview(user: User) -> Overview:
    return Overview(
        email=user.email,
        phone=user.phone.as_national if user.phone else "",
        phone_verified_at=user.phone_verified_at,
        has_password=user.has_usable_password(),
        has_second_factor=has_second_factor(user),
        lost_factor=pending_lost_factor(user.pk),
    )


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    return list(get_authentication_records(request, user))
