"""What specialty a text means: its name, a usual word for it, the beginning of one, or a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from booking.search.text import TITLES, edit_distance, tolerance, words_of
from core.text import fold
from practitioners.models import Specialty

SHORTEST_BEGINNING = 3


@dataclass(frozen=True, slots=True)
class Meant:
    """Specialties that a part of the text names, the likeliest first, and the words that are left."""

    specialties: tuple[Specialty, ...]
    rest: tuple[str, ...]


class Lexicon:
    """Every name of every specialty, folded, in singular."""

    def __init__(self, specialties: Iterable[Specialty]) -> None:
        self.specialties = list(specialties)
        self._by_slug = {specialty.slug: specialty for specialty in self.specialties}
        self._names: dict[str, list[Specialty]] = {}
        self._own: dict[str, list[Specialty]] = {}
        for specialty in self.specialties:
            own = (specialty.name, specialty.name_en, specialty.slug.replace("-", " "))
            _enter(self._own, own, specialty)
            _enter(self._names, (*own, *specialty.synonyms), specialty)

    @classmethod
    def load(cls) -> Lexicon:
        """The specialties of the database, in the order in which they are proposed; one statement."""
        return cls(Specialty.objects.all())

    def by_slug(self, slug: str) -> Specialty | None:
        return self._by_slug.get(slug)

    def names(self, specialty: Specialty, text: str) -> bool:
        """Whether the text is the name of that specialty, in French or in English."""
        return fold(text) in {fold(specialty.name), fold(specialty.name_en)}

    def read(self, text: str) -> Meant:
        """The specialties named by the longest run of words that is a name; otherwise begun or misspelt by the whole text.

        No specialty when nothing resembles one: the words are then those of a person or a practice.
        """
        words = words_of(text)
        # After a title comes a name: Dr Rein is no kidney specialist. « docteur » alone is a general practitioner.
        titled = len(words) > 1 and words[0] in TITLES
        for length in range(len(words), 0, -1):
            for first in range(len(words) - length + 1):
                rest = (*words[:first], *words[first + length :])
                if found := self._called(_singular(words[first : first + length]), titled, rest):
                    return Meant(tuple(found), rest)
        if titled:
            return Meant((), tuple(words))
        if found := self.beginning(text):
            return Meant(tuple(found), ())
        return self._misspelt(words)

    def _called(self, name: str, titled: bool, rest: Sequence[str]) -> list[Specialty]:
        """Specialties of that very name. After a title a usual word must look like the specialty, and leave a name."""
        if not titled:
            return self._names.get(name, [])
        own = self._own.get(name, [])
        if own or all(word in TITLES for word in rest):
            return own
        return [one for one in self._names.get(name, []) if name[:4] in {text[:4] for text in _own_names(one)}]

    def beginning(self, text: str) -> list[Specialty]:
        """Specialties with a name that begins with the whole text, own names before usual words."""
        key = fold(text)
        if len(key) < SHORTEST_BEGINNING:
            return []
        own = [one for one in self.specialties if any(name.startswith(key) for name in _own_names(one))]
        usual = [one for name, many in self._names.items() if name.startswith(key) for one in many]
        return list(dict.fromkeys((*own, *usual)))

    def _misspelt(self, words: Sequence[str]) -> Meant:
        """One word, or two, that a slip of the fingers keeps from being a name."""
        for length in (2, 1):
            for first in range(len(words) - length + 1):
                typed = " ".join(words[first : first + length])
                near = self._near(typed)
                if near and len(typed) >= 5:
                    return Meant(tuple(near), (*words[:first], *words[first + length :]))
        return Meant((), tuple(words))

    def _near(self, typed: str) -> list[Specialty]:
        allowed = tolerance(typed)
        found = [
            (edit_distance(typed, name, allowed), position, many)
            for position, (name, many) in enumerate(self._names.items())
            if len(name) >= 5 and name[0] == typed[:1] and abs(len(name) - len(typed)) <= allowed
        ]
        kept = sorted(row for row in found if row[0] <= allowed)
        return list(dict.fromkeys(one for row in kept for one in row[2]))


def _own_names(specialty: Specialty) -> tuple[str, str]:
    return fold(specialty.name), fold(specialty.name_en)


def _enter(names: dict[str, list[Specialty]], texts: Iterable[str], specialty: Specialty) -> None:
    for name in dict.fromkeys(_singular(words_of(text)) for text in texts):
        names.setdefault(name, []).append(specialty)


def _singular(words: Sequence[str]) -> str:
    return " ".join(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words)
