"""Keeps the secrets of second factors sealed: the database alone opens nobody's account."""

import base64

from core import crypto

CONTEXT = "mfa_authenticator.data"


def seal_factor(text: str) -> str:
    return base64.b64encode(crypto.seal(text, CONTEXT)).decode("ascii")


def unseal_factor(sealed: str) -> str:
    """Raises `core.crypto.UnsealError` when the key is gone or the text was altered."""
    return crypto.unseal(base64.b64decode(sealed), CONTEXT)
