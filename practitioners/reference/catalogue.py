"""Reads the committed lists of specialties and of usual reasons into plain rows."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from core.text import fold
from practitioners.reference import REASON_KINDS_FILE, SPECIALTIES_FILE


@dataclass(frozen=True, slots=True)
class SpecialtyRow:
    """A line of specialties.csv; `synonyms` are folded, `position` counts lines from 1."""

    slug: str
    name: str
    name_en: str
    profession: str
    group: str
    codes: list[str]
    synonyms: list[str]
    position: int


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A line of reason_kinds.csv; `position` counts the lines of the same specialty from 1."""

    specialty: str
    slug: str
    name: str
    name_en: str
    duration_minutes: int
    modes: list[str]
    position: int


def read_specialties(path: Path = SPECIALTIES_FILE) -> list[SpecialtyRow]:
    """Return the specialties in the order in which they are proposed."""
    return [
        SpecialtyRow(
            slug=row["slug"],
            name=row["name"],
            name_en=row["name_en"],
            profession=row["profession"],
            group=row["group"],
            codes=row["codes"].split(),
            synonyms=[fold(word) for word in row["synonyms"].split("|") if word],
            position=position,
        )
        for position, row in enumerate(_lines(path), start=1)
    ]


def read_reason_kinds(path: Path = REASON_KINDS_FILE) -> list[ReasonRow]:
    """Return the usual reasons, those of a specialty together and in the order in which they are proposed."""
    rows: list[ReasonRow] = []
    for line in _lines(path):
        position = rows[-1].position + 1 if rows and rows[-1].specialty == line["specialty"] else 1
        minutes, modes = int(line["minutes"]), line["modes"].split()
        rows.append(ReasonRow(line["specialty"], line["slug"], line["name"], line["name_en"], minutes, modes, position))
    return rows


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
