"""Makes a malformed or forged answer of a passkey a refusal; allauth lets some of them end in an error of ours."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.internal import auth
from cryptography.exceptions import InvalidSignature

# What fido2 raises on a missing member, a member of another type, bytes that are no CBOR, or a wrong signature.
_UNREADABLE = (AttributeError, InvalidSignature, KeyError, TypeError, ValueError)
_READERS = (
    "parse_registration_response",
    "parse_authentication_response",
    "complete_registration",
    "complete_authentication",
    "extract_user_from_response",
)


def _refusing(read: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(read)
    def refuse(*args: Any) -> Any:
        try:
            return read(*args)
        except _UNREADABLE as error:
            raise get_adapter().validation_error("incorrect_code") from error

    return refuse


def install() -> None:
    """Puts the guards where the forms of allauth, pages' and programs' alike, look the functions up."""
    for name in _READERS:
        setattr(auth, name, _refusing(getattr(auth, name)))
