"""Envelope encryption of a record: a master key wraps the person's key, which wraps the key of each stored object.

Stored object: header (28 bytes: magic "PSDC", format 1, nonce prefix of 7, name of the object of 16) then chunks of
64 KiB, each with a tag of 16 bytes. The nonce of a chunk is prefix ‖ its number (4 bytes) ‖ 1 on the last one, else 0;
its associated data are the header. A chunk flipped, moved, dropped, or an object cut or put in place of another does not
open. The key of an object is wrapped with the person, the document and the object's name as associated data.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

CHUNK = 64 * 1024
TAG = 16
MAGIC = b"PSDC"
FORMAT = 1
PREFIX = 7
HEADER = len(MAGIC) + 1 + PREFIX + 16
KEY = 32
_NONCE = 12


class ContentError(Exception):
    """Sealed bytes that do not open: altered, cut, exchanged, or under another key."""


class Source(Protocol):
    """Where the sealed bytes are read from."""

    def read(self, offset: int, length: int) -> bytes: ...


def new_key() -> bytes:
    return os.urandom(KEY)


def derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose, so that none serves two."""
    return HKDF(algorithm=SHA256(), length=KEY, salt=None, info=f"prendsoin.carnet.{purpose}".encode()).derive(key)


def wrap_patient_key(master: bytes, patient_id: int, key: bytes) -> tuple[bytes, bytes]:
    """The person's key wrapped (RFC 3394), and the code that ties it to this person."""
    wrapped = aes_key_wrap(_of_master(master, "wrap"), key)
    return wrapped, _tie(master, patient_id, wrapped)


def unwrap_patient_key(master: bytes, patient_id: int, wrapped: bytes, mac: bytes) -> bytes:
    """Raises ContentError for a row that was altered or is somebody else's."""
    if not hmac.compare_digest(_tie(master, patient_id, wrapped), mac):
        raise ContentError("the key is not of this record")
    try:
        return aes_key_unwrap(_of_master(master, "wrap"), wrapped)
    except InvalidUnwrap as error:
        raise ContentError("the key does not open") from error


def _tie(master: bytes, patient_id: int, wrapped: bytes) -> bytes:
    return hmac.digest(_of_master(master, "tie"), patient_id.to_bytes(8, "big") + wrapped, "sha256")


@lru_cache(maxsize=32)
def _of_master(master: bytes, purpose: str) -> bytes:
    """Worked out once for each key of the ring, which is in memory for good; never for the key of a person."""
    return derived(master, purpose)


def seal(key: bytes, content: bytes, context: str) -> bytes:
    """A short content sealed under a key and bound to where it is kept: nonce (12) ‖ ciphertext and tag."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """Raises ContentError."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())
    except (InvalidTag, ValueError) as error:
        raise ContentError(context) from error


class ContentMac:
    """Recognises the same content in one record; without the person's key it says nothing."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def update(self, content: bytes) -> None:
        self._hash.update(content)

    def under(self, patient_key: bytes) -> bytes:
        return hmac.digest(derived(patient_key, "content"), self._hash.digest(), "sha256")


class Sealer:
    """Turns a stream into sealed bytes: `header`, then what `update` and `finish` return, in order."""

    def __init__(self, key: bytes, name: bytes) -> None:
        prefix = os.urandom(PREFIX)
        self.header = MAGIC + bytes([FORMAT]) + prefix + name
        self._prefix = prefix
        self._cipher = AESGCM(key)
        self._held = bytearray()
        self._number = 0

    def update(self, content: bytes) -> bytes:
        """One chunk is always held back: only `finish` knows which is the last."""
        self._held += content
        sealed = []
        while len(self._held) > CHUNK:
            sealed.append(self._chunk(bytes(self._held[:CHUNK]), last=False))
            del self._held[:CHUNK]
        return b"".join(sealed)

    def finish(self) -> bytes:
        return self._chunk(bytes(self._held), last=True)

    def _chunk(self, content: bytes, *, last: bool) -> bytes:
        nonce = _nonce(self._prefix, self._number, last=last)
        self._number += 1
        return self._cipher.encrypt(nonce, content, self.header)


class Opener:
    """Opens a sealed object of a known size, whole or from one byte to another, a chunk in memory at a time."""

    def __init__(self, key: bytes, name: bytes, size: int, source: Source) -> None:
        self._cipher = AESGCM(key)
        self._source = source
        self.size = size
        self._chunks = max(1, -(-size // CHUNK))
        header = source.read(0, HEADER)
        if header[: len(MAGIC) + 1] != MAGIC + bytes([FORMAT]) or header[-16:] != name or len(header) != HEADER:
            raise ContentError("not this object")
        self._header = header
        self._prefix = header[len(MAGIC) + 1 : len(MAGIC) + 1 + PREFIX]

    def chunk(self, number: int) -> bytes:
        """The content of one chunk. Raises ContentError."""
        last = number == self._chunks - 1
        length = (self.size - number * CHUNK if last else CHUNK) + TAG
        # On the last one a byte more is asked for: whatever stands behind the end is an alteration too.
        sealed = self._source.read(HEADER + number * (CHUNK + TAG), length + last)
        if len(sealed) != length:
            raise ContentError("cut or lengthened")
        try:
            return self._cipher.decrypt(_nonce(self._prefix, number, last=last), sealed, self._header)
        except InvalidTag as error:
            raise ContentError("altered") from error

    def stream(self, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        """The bytes `first` to `last`, both included."""
        end = self.size - 1 if last is None else last
        for number in range(first // CHUNK, max(end, 0) // CHUNK + 1):
            content = self.chunk(number)
            start = number * CHUNK
            yield content[max(first - start, 0) : end - start + 1]


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])
