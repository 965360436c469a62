"""The link that ends every message of prevention to an account, signed: it needs no signing in and shows nothing."""

from django.core import signing
from django.urls import reverse

_SALT = "carnet.prevention.stop"


def stop_path(user_id: int) -> str:
    """The path of the page that ends the messages of this account; it does not lapse."""
    return reverse("health:stop", args=[signing.Signer(salt=_SALT).sign(str(user_id))])


def read_stop(token: str) -> int | None:
    """The account whose messages the link ends; None when we did not sign it."""
    try:
        return int(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
