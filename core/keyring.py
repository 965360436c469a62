"""The keys that protect what patients write, read from HEALTH_DATA_KEYS: `id:base64` words, the first one in use."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
_ID = re.compile(r"^[A-Za-z0-9._-]{1,32}$")
_SHAPE = "HEALTH_DATA_KEYS must hold words such as 2026a:<32 bytes in base64>, separated by commas"


@dataclass(frozen=True, slots=True)
class Keyring:
    """`current` seals; every key opens what it sealed, until it is taken out of the ring."""

    current: str
    keys: Mapping[str, bytes]


def parse(words: Sequence[str]) -> Keyring:
    """Raises ImproperlyConfigured, without showing a key, when a word is malformed or an id appears twice."""
    keys: dict[str, bytes] = {}
    for number, word in enumerate(words, start=1):
        key_id, _, encoded = word.strip().partition(":")
        if not _ID.match(key_id) or key_id in keys:
            raise ImproperlyConfigured(f"{_SHAPE}: the id of word {number} is malformed or appears twice.")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise ImproperlyConfigured(f"{_SHAPE}: the key {key_id} is not base64.") from error
        if len(key) != KEY_BYTES:
            raise ImproperlyConfigured(f"{_SHAPE}: the key {key_id} has {len(key)} bytes instead of {KEY_BYTES}.")
        keys[key_id] = key
    if not keys:
        raise ImproperlyConfigured(f"{_SHAPE}: it holds none.")
    return Keyring(current=next(iter(keys)), keys=keys)


def keyring() -> Keyring:
    """The keyring of the settings, parsed once per value."""
    return _parsed(tuple(settings.HEALTH_DATA_KEYS))


@lru_cache(maxsize=8)
def _parsed(words: tuple[str, ...]) -> Keyring:
    return parse(words)
