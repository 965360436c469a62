"""Receives files: what arrives is sealed at once and goes to the storage; its plain bytes never touch a disk.

`SealingHandler` stands first in FILE_UPLOAD_HANDLERS and takes every file sent to an address of the record; the others
are left to Django's own handlers. The object that nobody keeps goes away at the end of the request.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from carnet.crypto import ContentMac, Opener, Sealer, new_key
from carnet.storage import StoredSource, store

PREFIXES = ("/carnet/", "/cabinet/carnets/", "/api/v1/carnet/")


class SealedUpload(UploadedFile):
    """A file that lies sealed in the storage. `key` opens it; it is kept nowhere until a service wraps it."""

    def __init__(self, name: str, key: bytes, object_name: str, size: int, mac: ContentMac, *, too_big: bool) -> None:
        super().__init__(file=None, name=name, content_type="", size=size)
        self.key = key
        self.object_name = object_name
        self.mac = mac
        self.too_big = too_big
        self.kept = False

    def opener(self) -> Opener:
        return Opener(
            self.key, bytes.fromhex(self.object_name), self.size or 0, StoredSource(store(), self.object_name)
        )

    def content(self) -> bytes:
        """The plain bytes, in memory: 20 MB at most. Raises ContentError."""
        return b"".join(self.opener().stream())

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """As of any uploaded file: what a claim hashes."""
        return self.opener().stream() if self.object_name else iter(())

    def seek(self, *args: Any) -> int:
        return 0

    def keep(self) -> None:
        """The row that names the object is written: it stays."""
        self.kept = True

    def close(self) -> None:
        """Called by Django at the end of the request."""
        if not self.kept and self.object_name:
            store().delete(self.object_name)
            self.object_name = ""


class SealingHandler(FileUploadHandler):
    """Seals each file of a request to the record while it arrives."""

    active = False
    chunk_size = 64 * 1024

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        request = self.request
        if request is None:
            return
        path = request.path
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES or "X-Session-Token" in request.headers
        self.active = path.startswith(PREFIXES)
        self.refused = self.active and not signed_in

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if not self.active:
            return
        if self.refused:
            raise SkipFile
        self._began()

    def _began(self) -> None:
        self._name = os.urandom(16)
        self._key = new_key()
        self._sealer = Sealer(self._key, self._name)
        self._mac = ContentMac()
        self._size, self._too_big = 0, False
        self._stack = ExitStack()
        self._file = self._stack.enter_context(store().writer(self._name.hex()))
        self._file.write(self._sealer.header)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if not self.active:
            return raw_data
        self._size += len(raw_data)
        if self._size > settings.DOCUMENT_MAX_BYTES:
            # The rest is read and dropped: a browser that is not read to the end shows no answer.
            self._too_big = True
            return None
        self._mac.update(raw_data)
        self._file.write(self._sealer.update(raw_data))
        return None

    def file_complete(self, file_size: int) -> SealedUpload | None:
        if not self.active:
            return None
        if self._too_big:
            self._drop()
            return SealedUpload(self.file_name or "", b"", "", self._size, self._mac, too_big=True)
        self._file.write(self._sealer.finish())
        self._stack.close()
        return SealedUpload(self.file_name or "", self._key, self._name.hex(), self._size, self._mac, too_big=False)

    def upload_interrupted(self) -> None:
        if self.active and hasattr(self, "_stack"):
            self._drop()

    def _drop(self) -> None:
        """Leaves the writer as an error would: the object never appears."""
        stack, self._stack = self._stack, ExitStack()
        error = ConnectionError("dropped")
        stack.__exit__(type(error), error, None)
