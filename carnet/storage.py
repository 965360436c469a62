"""Where sealed objects lie: a folder of this machine or a bucket that speaks S3. Both keep one contract.

`STORAGE_URL` is `file:///folder` or `s3://key:secret@host/bucket?region=…` (`&plain=1`: over HTTP). An object appears
under its name only when it is whole.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings

NAME = re.compile(r"^[0-9a-f]{32}$")


class MissingObject(Exception):
    """No object has this name."""


class Store(Protocol):
    """What documents need of a storage."""

    def writer(self, name: str) -> Any:
        """A context whose value is written to; the object is there once it ends well, and never when it raises."""

    def read(self, name: str, offset: int, length: int) -> bytes:
        """At most `length` bytes from `offset`. Raises MissingObject."""

    def size(self, name: str) -> int:
        """Raises MissingObject."""

    def delete(self, name: str) -> None:
        """Does nothing when it is not there."""

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Every object, unfinished ones included, and when it was last written."""


class FolderStore:
    """Files of a folder, spread over 256 sub-folders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, name: str) -> Path:
        if not NAME.match(name.removesuffix(".part")):
            raise ValueError("not the name of an object")
        return self.folder / name[:2] / name

    @contextmanager
    def writer(self, name: str) -> Iterator[BinaryIO]:
        path, part = self._path(name), self._path(f"{name}.part")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with part.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def read(self, name: str, offset: int, length: int) -> bytes:
        try:
            with self._path(name).open("rb") as file:
                file.seek(offset)
                return file.read(length)
        except FileNotFoundError as error:
            raise MissingObject(name) from error

    def size(self, name: str) -> int:
        try:
            return self._path(name).stat().st_size
        except FileNotFoundError as error:
            raise MissingObject(name) from error

    def delete(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[tuple[str, datetime]]:
        for path in sorted(self.folder.glob("??/*")):
            with suppress(FileNotFoundError):
                yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)


class BucketStore:
    """Objects of a bucket; an upload of several parts becomes one object when it ends."""

    PART = 5 * 1024 * 1024

    def __init__(self, storage: Any) -> None:
        self._bucket = storage.bucket_name
        self._client = storage.connection.meta.client

    @contextmanager
    def writer(self, name: str) -> Iterator[_Parts]:
        parts = _Parts(self._client, self._bucket, name, self.PART)
        try:
            yield parts
        except BaseException:
            parts.abort()
            raise
        parts.finish()

    def read(self, name: str, offset: int, length: int) -> bytes:
        if length <= 0:
            return b""
        try:
            found = self._client.get_object(
                Bucket=self._bucket, Key=name, Range=f"bytes={offset}-{offset + length - 1}"
            )
        except self._client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] == "InvalidRange":
                return b""
            raise self._missing(name, error) from error
        return bytes(found["Body"].read())

    def size(self, name: str) -> int:
        try:
            return int(self._client.head_object(Bucket=self._bucket, Key=name)["ContentLength"])
        except self._client.exceptions.ClientError as error:
            raise self._missing(name, error) from error

    def delete(self, name: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=name)

    def names(self) -> Iterator[tuple[str, datetime]]:
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket):
            for found in page.get("Contents", ()):
                yield found["Key"], found["LastModified"]

    def _missing(self, name: str, error: Any) -> Exception:
        missing = error.response["Error"]["Code"] in {"NoSuchKey", "404", "NotFound"}
        return MissingObject(name) if missing else error


class _Parts:
    """What is written to a bucket: sent whole when it is small, else by parts that become one object at the end."""

    def __init__(self, client: Any, bucket: str, name: str, part: int) -> None:
        self._client, self._place, self._part = client, {"Bucket": bucket, "Key": name}, part
        self._held = BytesIO()
        self._upload = ""
        self._sent: list[dict[str, Any]] = []

    def write(self, content: bytes) -> int:
        self._held.write(content)
        if self._held.tell() >= self._part:
            self._send()
        return len(content)

    def finish(self) -> None:
        if not self._upload:
            self._client.put_object(**self._place, Body=self._held.getvalue())
            return
        try:
            if self._held.tell():
                self._send()
            self._client.complete_multipart_upload(
                **self._place, UploadId=self._upload, MultipartUpload={"Parts": self._sent}
            )
        except BaseException:
            self.abort()
            raise

    def abort(self) -> None:
        if self._upload:
            self._client.abort_multipart_upload(**self._place, UploadId=self._upload)

    def _send(self) -> None:
        if not self._upload:
            self._upload = self._client.create_multipart_upload(**self._place)["UploadId"]
        number = len(self._sent) + 1
        sent = self._client.upload_part(
            **self._place, UploadId=self._upload, PartNumber=number, Body=self._held.getvalue()
        )
        self._sent.append({"ETag": sent["ETag"], "PartNumber": number})
        self._held = BytesIO()


_namers: list[Callable[[list[str]], set[str]]] = []


def names_objects(function: Callable[[list[str]], set[str]]) -> Callable[[list[str]], set[str]]:
    """Registers `fn(names) -> those that a row of its app names`, so that nobody takes them for orphans."""
    if function not in _namers:
        _namers.append(function)
    return function


def named(names: list[str]) -> set[str]:
    """Which of these objects some app's rows name."""
    return {name for function in _namers for name in function(names)}


def store() -> Store:
    """The storage of the settings."""
    return _made(settings.STORAGE_URL)


@lru_cache(maxsize=8)
def _made(url: str) -> Store:
    parts = urlsplit(url)
    if parts.scheme == "file":
        return FolderStore(Path(unquote(parts.path)))
    if parts.scheme == "s3":
        return BucketStore(_bucket(url))
    raise ValueError("STORAGE_URL must be file:///folder or s3://key:secret@host/bucket")


def _bucket(url: str) -> Any:
    from storages.backends.s3 import S3Storage  # noqa: PLC0415  (half a second that a folder does not need)

    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    scheme = "http" if asked.get("plain") else "https"
    host = parts.netloc.rpartition("@")[2]
    return S3Storage(
        access_key=unquote(parts.username or "") or None,
        secret_key=unquote(parts.password or "") or None,
        bucket_name=parts.path.strip("/"),
        region_name=asked.get("region", [None])[0],
        endpoint_url=f"{scheme}://{host}" if host else None,
    )


class StoredSource:
    """One stored object as the source of an `Opener`."""

    def __init__(self, kept: Store, name: str) -> None:
        self._store, self._name = kept, name

    def read(self, offset: int, length: int) -> bytes:
        return self._store.read(self._name, offset, length)
