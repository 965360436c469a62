"""Words as people type them: split, stripped of titles, and compared when they are misspelt. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.text import edit_distance, fold, tolerance

__all__ = [
    "IDLE",
    "LINKS",
    "PARTICLES",
    "SAINTS",
    "TITLES",
    "edit_distance",
    "is_one_slip",
    "name_words",
    "practice_words",
    "spellings_of",
    "tolerance",
    "typed_names",
    "words_of",
]

# Words put before a name, by which nobody is found.
TITLES = frozenset(
    {"dr", "docteur", "docteure", "pr", "professeur", "professeure", "me", "maitre", "mme", "mlle", "madame",
     "monsieur", "m", "doctor", "professor"}
)  # fmt: skip
# Words that say nothing of which practice is meant.
IDLE = frozenset(
    {"a", "au", "aux", "cabinet", "cabinets", "centre", "de", "des", "du", "d", "en", "et", "l", "la", "le", "les",
     "maison", "medical", "medicale", "pole", "sante", "the"}
)  # fmt: skip
# Written apart from a name or as one with it: « Le Goff » and « Legoff », « de La Tour » and « Delatour ».
PARTICLES = frozenset({"d", "de", "des", "du", "l", "la", "le", "les"})
# Between a married woman's two names: « Dupont épouse Martin ».
LINKS = frozenset({"ep", "epouse", "epse", "nee", "veuve"})
SAINTS = {"st": "saint", "ste": "sainte"}
LONGEST_WORD = 60
# A word typed as one or two letters is whole; more of them than these are not looked for.
WORDS_AT_MOST = 4
_GLUED = tuple(
    re.compile(rf"\b({one} [a-z0-9]+)")
    for one in (rf"(?:{'|'.join(sorted(PARTICLES))})(?: (?:{'|'.join(sorted(PARTICLES))}))*", "(?:la|le|les|l)")
)


def words_of(text: str) -> list[str]:
    """The folded words of a text, in order; « St » is « saint »."""
    return [SAINTS.get(word, word) for word in fold(text).split()]


def name_words(first_name: str, last_name: str) -> set[str]:
    """The words by which a person is found: each of both names, and either one written as one word.

    Particles (« de », « le ») count only beside a longer word.
    """
    last = " ".join(_unlinked(words_of(last_name)))
    found = {*last.split(), last.replace(" ", "")}
    first = words_of(first_name)
    found |= {*first, "".join(first)}
    found |= {part.replace(" ", "") for pattern in _GLUED for part in pattern.findall(last)}
    found = {word[:LONGEST_WORD] for word in found}
    return {word for word in found if len(word) > 1} or found


def practice_words(name: str) -> set[str]:
    """The words by which a practice is found."""
    return {word[:LONGEST_WORD] for word in words_of(name) if word not in IDLE and len(word) > 1}


def typed_names(words: Sequence[str]) -> tuple[str, ...]:
    """The words that may name a person or a practice: no title; no idle word unless there is no other.

    A particle, or a letter alone (« N'Diaye »), stays before the word it was typed with: « de la tour » is one word with
    blanks (see `spellings_of`).
    """
    names = [word for word in _unlinked(words) if word not in TITLES and word != "medecin"]
    telling: list[str] = []
    particles: list[str] = []
    for word in names:
        if word in PARTICLES or (len(word) == 1 and word not in IDLE):
            particles.append(word)
            continue
        if word not in IDLE and len(word) > 1:
            telling.append(" ".join([*particles, word]))
        particles = []
    return tuple(dict.fromkeys(telling or names))[:WORDS_AT_MOST]


def spellings_of(word: str) -> tuple[str, ...]:
    """A typed word, first without its particles, then with them as one word: tour, delatour, latour."""
    parts = word.split()
    return (parts[-1], *("".join(parts[n:]) for n in range(len(parts) - 1)))


def is_one_slip(one: str, other: str) -> bool:
    """Whether one letter missing, too many, replaced or swapped with the next makes one word of the other."""
    if len(one) > len(other):
        one, other = other, one
    first = next((n for n, letter in enumerate(one) if letter != other[n]), len(one))
    left, right = one[first:], other[first:]
    if len(right) == len(left) + 1:
        return left == right[1:]
    if len(right) > len(left):
        return False
    return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])


def _unlinked(words: Sequence[str]) -> list[str]:
    """Without what stands between two names of one person."""
    last = len(words) - 1
    return [word for n, word in enumerate(words) if not (0 < n < last and word in LINKS)]
