"""Keeps what sessions hold sealed in the database: a code being awaited, a form put aside, an address to go back to."""

import json
from typing import Any

from core import crypto

CONTEXT = "django_session.session_data"


class SealedSerializer:
    """JSON, sealed. A session that no longer opens is an empty one: its person signs in again."""

    def dumps(self, content: Any) -> bytes:
        return crypto.seal(json.dumps(content, separators=(",", ":")), CONTEXT)

    def loads(self, sealed: bytes) -> Any:
        return json.loads(crypto.unseal(sealed, CONTEXT))
