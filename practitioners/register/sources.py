"""Opens the register wherever it lies: a .txt, the .zip as published, or a folder of either. Streams, never unpacks."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from core import clock
from practitioners.register.refusals import refused

# At the start of a name: an archive made on a Mac has « ._PS_LibreAcces… » beside each file.
_PERSONS = re.compile(r"(?:^|/)PS_LibreAcces_Personne_activite_?(\d*)\.txt$", re.IGNORECASE)
_SKILLS = re.compile(r"(?:^|/)PS_LibreAcces_SavoirFaire_?(\d*)\.txt$", re.IGNORECASE)
_ARCHIVE = re.compile(r"(?:^|/)PS_LibreAcces_?(\d*)\.zip$", re.IGNORECASE)
_STAMP = re.compile(r"(?<!\d)(\d{12})(?!\d)")
# Ten times the size of the published file of 2026.
LIMIT_GB = 12


@dataclass(frozen=True, slots=True)
class Part:
    """One of the files: the name shown in reports, its size in bytes, where it is and, in an archive, its member."""

    name: str
    size: int
    path: Path
    member: str = ""

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The bytes, from the start. Raises `unreadable`, `zip_damaged` or `zip_packing`, also while they are read."""
        try:
            if self.member:
                with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as stream:
                    yield stream
            else:
                with self.path.open("rb") as stream:
                    yield stream
        except (zipfile.BadZipFile, EOFError, zlib.error) as error:
            raise refused("zip_damaged") from error
        except NotImplementedError as error:
            raise refused("zip_packing") from error
        except OSError as error:
            raise refused("unreadable", where=self.path.name) from error


@dataclass(frozen=True, slots=True)
class Source:
    """The file of persons, perhaps that of savoir-faire, and the AAAAMMJJHHMM of their name."""

    persons: Part
    skills: Part | None
    stamp: str

    @property
    def size(self) -> int:
        return self.persons.size + (self.skills.size if self.skills else 0)


def find_source(where: Path) -> Source:
    """The register at this path. Raises a refusal of `refusals.FILES`; reads names and sizes only."""
    if where.is_dir():
        return _in_folder(where)
    if not where.is_file():
        raise refused("not_found", where=where.name)
    if where.suffix.lower() == ".zip":
        return _in_archive(where)
    beside = [_part(path) for path in sorted(where.parent.iterdir()) if _SKILLS.search(path.name)]
    stamp = _stamp_in(where.name)
    # Both are made on one day, maybe some minutes apart.
    same_day = [one for one in beside if stamp and _stamp_in(one.name)[:8] == stamp[:8]]
    return _source(_part(where), [one for one in same_day if stamp in one.name] or same_day[-1:], stamp)


def made_at(stamp: str) -> datetime:
    """The instant that the twelve digits of a name stand for, on the clock of Paris. Raises ValueError."""
    day = date(int(stamp[:4]), int(stamp[4:6]), int(stamp[6:8]))
    return clock.combine(day, time(int(stamp[8:10]), int(stamp[10:12])), ZoneInfo("Europe/Paris"))


def _in_folder(folder: Path) -> Source:
    """The latest file of persons of the folder, else its latest archive."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    persons = [path for path in files if _PERSONS.search(path.name)]
    if persons:
        latest = max(persons, key=lambda path: _stamp_in(path.name))
        skills = [path for path in files if _SKILLS.search(path.name)]
        same_day = [path for path in skills if _stamp_in(path.name)[:8] == _stamp_in(latest.name)[:8]]
        return _source(_part(latest), [_part(path) for path in same_day[-1:]], _stamp_in(latest.name))
    archives = [path for path in files if _ARCHIVE.search(path.name)]
    if not archives:
        raise refused("not_found", where=folder.name)
    return _in_archive(max(archives, key=lambda path: _stamp_in(path.name)))


def _in_archive(path: Path) -> Source:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, EOFError) as error:
        raise refused("zip_damaged") from error
    except OSError as error:
        raise refused("unreadable", where=path.name) from error
    persons = [one for one in members if _PERSONS.search(one.filename)]
    skills = [one for one in members if _SKILLS.search(one.filename)]
    if not persons:
        raise refused("not_found", where=path.name)
    if len(persons) > 1 or len(skills) > 1:
        raise refused("several_files", where=path.name)
    if any(one.flag_bits & 1 for one in (*persons, *skills)):
        raise refused("zip_locked")
    parts = [Part(Path(one.filename).name, one.file_size, path, one.filename) for one in (*persons, *skills)]
    return _source(parts[0], parts[1:], _stamp_in(parts[0].name) or _stamp_in(path.name))


def _source(persons: Part, skills: list[Part], stamp: str) -> Source:
    if persons.size + sum(one.size for one in skills) > LIMIT_GB * 10**9:
        raise refused("too_big", limit=LIMIT_GB)
    if not stamp:
        raise refused("no_stamp", where=persons.name)
    try:
        made = made_at(stamp)
    except ValueError as error:
        raise refused("no_stamp", where=persons.name) from error
    if made > clock.now() + timedelta(days=1):
        raise refused("future_stamp", stamp=stamp)
    other = _stamp_in(skills[0].name) if skills else ""
    if other and other[:8] != stamp[:8]:
        raise refused("stamps_differ", stamp=stamp, other=other)
    return Source(persons, skills[0] if skills else None, stamp)


def _part(path: Path) -> Part:
    try:
        return Part(path.name, path.stat().st_size, path)
    except OSError as error:
        raise refused("unreadable", where=path.name) from error


def _stamp_in(name: str) -> str:
    found = _STAMP.search(name)
    return found[1] if found else ""
