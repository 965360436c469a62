"""The signature of a provider's receipts: HMAC-SHA256 of the body, under the secret shared with it.

A signed receipt that comes twice changes nothing, so the signature bears no time: a late one is as good as an early one.
"""

import hashlib
import hmac

HEADER = "X-Signature"
_PREFIX = "sha256="


def sign(secret: str, body: bytes) -> str:
    """The value of the header for this body."""
    return _PREFIX + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_signed(secret: str, body: bytes, given: str) -> bool:
    """Whether the header is this secret's; takes as long for a wrong one as for a right one."""
    return hmac.compare_digest(sign(secret, body).encode(), given.encode(errors="replace"))
