"""Writes a ZIP straight into the storage, sealed as it grows: neither the whole of it nor a plain byte is ever kept."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from carnet.crypto import Sealer, new_key
from carnet.storage import store


class _Sealing(io.RawIOBase):
    """The end of a pipe: what is written is sealed and goes to the object; it cannot be gone back in."""

    def __init__(self, sealer: Sealer, target: Any) -> None:
        self._sealer, self._target = sealer, target
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        plain = bytes(content)
        self.size += len(plain)
        if sealed := self._sealer.update(plain):
            self._target.write(sealed)
        return len(plain)


@dataclass
class Packed:
    """A ZIP being written; `size` and the object's name and key are right once the context has ended."""

    name: str
    key: bytes
    zip: zipfile.ZipFile
    size: int = 0

    def add_json(self, path: str, content: Any) -> None:
        self.add(path, [json.dumps(content, ensure_ascii=False, indent=1).encode()])

    def add(self, path: str, pieces: Iterable[bytes], *, packed: bool = True) -> None:
        """One file. `packed`: made smaller; files that are small already are put as they are."""
        entry = zipfile.ZipInfo(path)
        entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        entry.external_attr = 0o600 << 16
        with self.zip.open(entry, "w", force_zip64=True) as file:
            for piece in pieces:
                file.write(piece)


@contextmanager
def packing() -> Iterator[Packed]:
    """A new sealed object of the storage, there once the context ends well, and never when it raises."""
    name, key = os.urandom(16), new_key()
    sealer = Sealer(key, name)
    with store().writer(name.hex()) as target:
        target.write(sealer.header)
        pipe = _Sealing(sealer, target)
        with zipfile.ZipFile(pipe, "w", allowZip64=True) as archive:
            packed = Packed(name.hex(), key, archive)
            yield packed
        target.write(sealer.finish())
        packed.size = pipe.size
