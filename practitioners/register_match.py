"""Whether what a claimant declares is what the register says. Pure but for the rows it is given."""

from __future__ import annotations

from core.text import fold
from practitioners.claim_states import Mismatch
from practitioners.models import Practitioner

PARTICLES = frozenset({"d", "de", "des", "du", "la", "le", "les", "l"})


def mismatch_of(person: Practitioner | None, *, last_name: str, first_name: str, profession: str) -> str:
    """Empty when number, name and profession agree; else why not.

    Spelling is forgiven what registers lose: accents, hyphens, particles, a second first name, one of two last names.
    """
    if person is None or not person.register_since:
        return Mismatch.UNKNOWN
    if person.struck_off_on:
        return Mismatch.LEFT
    names = ((person.register_last_name, person.register_first_name), (person.last_name, person.first_name))
    if not any(_same(last_name, last) and _begins_alike(first_name, first) for last, first in names if last):
        return Mismatch.NAME
    known = person.register_profession or person.specialty.profession
    return "" if profession == known else Mismatch.PROFESSION


def _words(name: str) -> list[str]:
    words = fold(name).split()
    return [word for word in words if word not in PARTICLES] or words


def _same(given: str, kept: str) -> bool:
    """All the words of one are among those of the other: « Martin » and « Martin-Durand » are one person's name."""
    mine, theirs = set(_words(given)), set(_words(kept))
    return bool(mine and theirs) and (mine <= theirs or theirs <= mine)


def _begins_alike(given: str, kept: str) -> bool:
    mine, theirs = fold(given).split(), fold(kept).split()
    return bool(mine and theirs) and (mine[0] == theirs[0] or "".join(mine) == "".join(theirs))
