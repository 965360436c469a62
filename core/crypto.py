"""Seals what patients write: AES-256-GCM, the key's id and the nonce inside, bound to the column it is kept in.

Layout of a sealed text: format (1 byte, 0x01) ‖ length of the key's id (1 byte) ‖ key's id ‖ nonce (12) ‖ ciphertext and
tag. The associated data are everything before the nonce and the context, so a sealed text moved to another column, or
relabelled with another key, does not open.
"""

import os
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django import forms
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from core.keyring import keyring

_FORMAT = 1
_NONCE = 12


class UnsealError(Exception):
    """A sealed text that does not open: its key is not in the ring, or its bytes were altered or moved."""


def seal(text: str, context: str) -> bytes:
    """The text sealed with the current key. `context` names where it is kept and is needed to open it again."""
    ring = keyring()
    key_id = ring.current.encode()
    head = bytes([_FORMAT, len(key_id)]) + key_id
    nonce = os.urandom(_NONCE)
    return head + nonce + AESGCM(ring.keys[ring.current]).encrypt(nonce, text.encode(), head + context.encode())


def unseal(sealed: bytes, context: str) -> str:
    """The text. Raises UnsealError, which names the key and the context but never the content."""
    key_id, head, rest = _split(bytes(sealed))
    key = keyring().keys.get(key_id)
    if key is None:
        raise UnsealError(f"{context}: sealed with the key {key_id}, which is not in HEALTH_DATA_KEYS")
    try:
        return AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], head + context.encode()).decode()
    except InvalidTag as error:
        raise UnsealError(f"{context}: altered, moved, or HEALTH_DATA_KEYS holds another key as {key_id}") from error


def needs_resealing(sealed: bytes) -> bool:
    """Whether the text was sealed with a key that is no longer the current one."""
    return _split(bytes(sealed))[0] != keyring().current


def _split(sealed: bytes) -> tuple[str, bytes, bytes]:
    if len(sealed) < 2 or sealed[0] != _FORMAT:
        raise UnsealError("Not a sealed text, or sealed in an unknown format")
    end = 2 + sealed[1]
    if len(sealed) < end + _NONCE:
        raise UnsealError("A sealed text is cut short")
    return sealed[2:end].decode("ascii", "replace"), sealed[:end], sealed[end:]


class EncryptedTextField(models.Field):
    """A text that the database only sees sealed. It can be tested for null and for nothing else.

    An empty text is stored as zero bytes, so "nothing was written" stays visible to the database.
    """

    empty_strings_allowed = True
    description = "Text sealed with a key of HEALTH_DATA_KEYS"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "bytea"

    def get_internal_type(self) -> str:
        return "BinaryField"

    @property
    def context(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None:
            return None
        text = str(value)
        return seal(text, self.context) if text else b""

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> str | None:
        if value is None:
            return None
        sealed = bytes(value)
        return unseal(sealed, self.context) if sealed else ""

    def to_python(self, value: Any) -> str | None:
        return value if value is None or isinstance(value, str) else str(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is sealed: it cannot be searched by {lookup_name}")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: models.Model) -> str:
        raise FieldError(f"{self.name} is sealed: it is not serialised")

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        options: dict[str, Callable[..., forms.Field] | Any] = {"widget": forms.Textarea, "max_length": self.max_length}
        return super().formfield(**{"form_class": forms.CharField, **options, **kwargs})
