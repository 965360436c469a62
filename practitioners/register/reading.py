"""Reads a whole register: calls back with persons, sites, skills, rejections and counts. One line in memory at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from practitioners.register.columns import PERSON_COLUMNS, PERSON_KEYS, SKILL_COLUMNS, SKILL_KEYS, find_columns
from practitioners.register.communes import CommuneFinder
from practitioners.register.identifiers import Rejected, number_of
from practitioners.register.lines import Lines
from practitioners.register.refusals import refused
from practitioners.register.rows import PersonRow, RowReader, SiteRow
from practitioners.register.skills import DOCTOR, profession_of
from practitioners.register.sources import Part, Source

# Above both, or when no line can be read, the file is abused rather than faulty.
REJECTED_SHARE = 0.05
REJECTED_LINES = 100
# Every so many lines the progress is told.
STEP = 5_000


class Taker(Protocol):
    """Whoever takes what is read, in the order of the lines."""

    def person(self, row: PersonRow) -> None: ...

    def site(self, row: SiteRow) -> None: ...

    def skill(self, rpps: str, profession: str, code: str) -> None: ...

    def spare(self, rpps: str) -> None:
        """A line about this person could not be read: she is there, but nothing is known of what it said."""

    def rejection(self, file: str, line: int, code: str, rpps: str) -> None: ...


@dataclass
class Tally:
    """What the reading saw. `rejected` and `unlisted` count lines by code; `unplaced` sites whose commune is unknown."""

    lines: int = 0
    sha256: str = ""
    rejected: Counter[str] = field(default_factory=Counter)
    unlisted: Counter[str] = field(default_factory=Counter)
    unplaced: Counter[str] = field(default_factory=Counter)
    doctors: int = 0
    skilled: int = 0

    def add(self, person: PersonRow, reason: str) -> None:
        """A line understood; `reason` tells why the directory does not list what it says, if so."""
        if reason:
            self.unlisted[reason] += 1
        if person.profession == DOCTOR:
            self.doctors += 1
            self.skilled += bool(person.skill)


def read_register(
    source: Source,
    communes: CommuneFinder,
    taker: Taker,
    progress: Callable[[int, int], None] = lambda done, lines: None,
) -> Tally:
    """Read both files. `progress` is told bytes and lines done, now and then. Raises any refusal of a whole file.

    Raises `skills_missing` when no doctor has a savoir-faire, `too_many_rejected` above a twentieth of the lines.
    """
    tally, digest = Tally(), sha256()
    done = _read_persons(source.persons, communes, taker, tally, digest.update, progress)
    _check(tally)
    if source.skills is not None:
        _read_skills(source.skills, taker, tally, digest.update, lambda read, lines: progress(done + read, lines))
    if tally.doctors and not tally.skilled:
        raise refused("skills_missing")
    tally.sha256 = digest.hexdigest()
    return tally


def _read_persons(
    part: Part,
    communes: CommuneFinder,
    taker: Taker,
    tally: Tally,
    seen: Callable[[bytes], object],
    progress: Callable[[int, int], None],
) -> int:
    """Read the file of persons; returns how many bytes it has. A line that repeats the one before is told once."""
    last: PersonRow | None = None
    last_site: SiteRow | None = None
    with part.open() as stream:
        lines = Lines(stream, seen)
        reader = RowReader(find_columns(lines.labels, PERSON_COLUMNS, PERSON_KEYS), communes, list(PERSON_COLUMNS))
        reject = _rejecter(part, taker, tally)
        for values in lines.fields(reject):
            if lines.number % STEP == 0:
                progress(lines.read, lines.number)
            try:
                person, site, reason = reader.read(values)
            except Rejected as error:
                reject(lines.number, error.code, error.rpps)
                continue
            tally.add(person, reason if site is None else "")
            if person != last:
                taker.person(person)
                last = person
            if site is not None and site != last_site:
                if reason:
                    tally.unplaced[reason] += 1
                taker.site(site)
                last_site = site
        tally.lines = lines.number - 1
        return lines.read


def _read_skills(
    part: Part, taker: Taker, tally: Tally, seen: Callable[[bytes], object], progress: Callable[[int, int], None]
) -> None:
    """Read the file of savoir-faire."""
    with part.open() as stream:
        lines = Lines(stream, seen)
        at = find_columns(lines.labels, SKILL_COLUMNS, SKILL_KEYS)
        reject = _rejecter(part, taker, tally)
        for values in lines.fields(reject):
            if lines.number % STEP == 0:
                progress(lines.read, lines.number)
            cell = {name: values[position].strip() for name, position in at.items()}
            try:
                rpps = number_of(cell["id_type"], cell["id"], cell["national_id"])
            except Rejected as error:
                reject(lines.number, error.code, error.rpps)
                continue
            profession = profession_of(cell["profession"]) if cell["profession"] else ""
            if profession and cell["skill"]:
                taker.skill(rpps, profession, cell["skill"].upper()[:8])
                tally.skilled += profession == DOCTOR


def _rejecter(part: Part, taker: Taker, tally: Tally) -> Callable[[int, str, str], None]:
    def reject(line: int, code: str, rpps: str) -> None:
        tally.rejected[code] += 1
        taker.rejection(part.name, line, code, rpps)
        if rpps:
            taker.spare(rpps)

    return reject


def _check(tally: Tally) -> None:
    if not tally.lines:
        raise refused("empty")
    rejected = tally.rejected.total()
    if rejected == tally.lines or rejected > max(REJECTED_LINES, tally.lines * REJECTED_SHARE):
        raise refused("too_many_rejected", rejected=rejected, lines=tally.lines)
