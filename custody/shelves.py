"""Where dumps lie: one folder a dump, with its files sealed under a key of HEALTH_DATA_KEYS and a manifest that is signed.

A manifest says what the dump is of, when it was taken, by which version of the tables, what lay in the storage and how
far the ledger of erasures was. Its code is made with the keys of this site: a dump of another site, or one that was
altered, is known before anything is read from it.
"""

from __future__ import annotations

import hmac
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from carnet.crypto import ContentError, Opener, Sealer, derived
from core import clock
from core.keyring import keyring

MANIFEST = "manifest.json"
DATABASE, KEYSTORE = "database", "keystore"
PIECE = 1024 * 1024


class DumpRefused(Exception):
    """A dump that cannot be put back; the sentence says why, for the person at the keyboard."""


@dataclass(frozen=True, slots=True)
class SealedFile:
    """One file of a dump: its object name and size are what opens it under the key of the manifest."""

    name: str
    object_name: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a dump says of itself. `kind` is database or keystore; `master` the key of the ring its files are under."""

    kind: str
    taken_at: str
    master: str
    migrations: list[str]
    ledger_lines: int
    ledger_code: str
    files: list[SealedFile] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.taken_at)


def shelf() -> Path:
    return Path(settings.BACKUP_FOLDER)


def life_of(kind: str) -> timedelta:
    return timedelta(days=settings.BACKUP_DAYS if kind == DATABASE else settings.KEYSTORE_BACKUP_DAYS)


@contextmanager
def new_dump(kind: str) -> Iterator[Path]:
    """An empty folder for a dump, which takes its name only when the context ends well."""
    shelf().mkdir(parents=True, exist_ok=True, mode=0o700)
    place = shelf() / f"{kind}-{clock.now():%Y%m%dT%H%M%S%fZ}"
    part = place.with_suffix(".part")
    part.mkdir(mode=0o700)
    try:
        yield part
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    part.rename(place)


def seal_into(folder: Path, name: str, source: BinaryIO) -> SealedFile:
    """Writes what comes out of `source` as a sealed file, a piece in memory at a time."""
    object_name = os.urandom(16)
    sealer = Sealer(_key(keyring().current), object_name)
    size = 0
    with (folder / name).open("xb") as target:
        target.write(sealer.header)
        while piece := source.read(PIECE):
            size += len(piece)
            target.write(sealer.update(piece))
        target.write(sealer.finish())
        target.flush()
        os.fsync(target.fileno())
    return SealedFile(name, object_name.hex(), size)


def open_sealed(folder: Path, manifest: Manifest, name: str) -> Iterator[bytes]:
    """The plain bytes of a file of a dump, in order. Raises DumpRefused for one that was cut, altered or exchanged."""
    kept = next((one for one in manifest.files if one.name == name), None)
    if kept is None:
        raise DumpRefused(f"{folder.name} has no file {name}.")
    try:
        with (folder / name).open("rb") as file:
            opener = Opener(_key(manifest.master), bytes.fromhex(kept.object_name), kept.size, _FileSource(file))
            yield from opener.stream()
    except (ContentError, OSError) as error:
        raise DumpRefused(f"{folder.name}/{name} is damaged or not whole ({error}).") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    content = asdict(manifest)
    content["code"] = _signed(manifest.master, content)
    (folder / MANIFEST).write_text(json.dumps(content, indent=1, sort_keys=True))


def read_manifest(folder: Path, kind: str) -> Manifest:
    """Raises DumpRefused: not a dump, of another kind, of another site, altered, or under a key that is gone."""
    try:
        content: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        given = str(content.pop("code"))
        master = str(content["master"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DumpRefused(
            f"{folder} is not a dump of this program: its {MANIFEST} is missing or unreadable."
        ) from error
    if master not in keyring().keys:
        raise DumpRefused(f"{folder.name} was sealed with the key {master}, which is not in HEALTH_DATA_KEYS.")
    if not hmac.compare_digest(given, _signed(master, content)):
        raise DumpRefused(f"{folder.name} is the dump of another site, or its {MANIFEST} was altered.")
    if content["kind"] != kind:
        raise DumpRefused(f"{folder.name} is a dump of the {content['kind']}, not of the {kind}.")
    files = [SealedFile(**one) for one in content.pop("files")]
    return Manifest(**content, files=files)


def readable() -> Iterator[Manifest]:
    """The manifests on the shelf that are whole and of this site."""
    for folder in sorted(shelf().glob("*-*")) if shelf().is_dir() else []:
        kind = folder.name.partition("-")[0]
        if kind in {DATABASE, KEYSTORE} and not folder.suffix:
            with suppress(DumpRefused):
                yield read_manifest(folder, kind)


def expired() -> list[Path]:
    """The dumps whose life is over, and what a kill left half written a day ago. Unreadable ones are left to a person."""
    found = []
    now = clock.now()
    for folder in sorted(shelf().glob("*-*")) if shelf().is_dir() else []:
        kind = folder.name.partition("-")[0]
        stamp = folder.name.partition("-")[2].partition(".")[0]
        if kind not in {DATABASE, KEYSTORE}:
            continue
        with suppress(ValueError):
            taken = datetime.strptime(stamp, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=now.tzinfo)
            life = timedelta(days=1) if folder.suffix == ".part" else life_of(kind)
            if taken + life <= now:
                found.append(folder)
    return found


def drop_expired() -> int:
    gone = expired()
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return len(gone)


class _FileSource:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, offset: int, length: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(length)


def _key(master: str) -> bytes:
    key = keyring().keys.get(master)
    if key is None:
        raise DumpRefused(f"The key {master} is not in HEALTH_DATA_KEYS.")
    return derived(key, "backup")


def _signed(master: str, content: dict[str, Any]) -> str:
    plain = json.dumps(content, sort_keys=True).encode()
    return hmac.digest(_key(master), plain, "sha256").hex()
