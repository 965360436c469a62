"""Reads what people type to name a place: « st denis », « Lyon 3ème », « 93260 », « Les Lilas (93) ». Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.text import fold

LONGEST = 80
_LABEL_END = re.compile(r"\((\d{2,3}|2[ab])\)\s*$", re.IGNORECASE)
_ORDINAL = re.compile(r"^0*([1-9]\d?)(?:er|ere|e|eme|ieme)$")
_NUMBER = re.compile(r"^0+([1-9])$")
_FULL_WORDS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_IDLE_WORDS = frozenset({"arrondissement", "arrdt", "arr", "cedex"})
_CORSICA = frozenset({"2a", "2b"})
_DIGITS = re.compile(r"^\d{2,5}$")


@dataclass(frozen=True, slots=True)
class PlaceQuery:
    """A folded name (maybe the beginning of one), the beginning of a postcode, a department; empty when not typed.

    `name` may end with a number that is an arrondissement or a department: `without_last_number` gives the second
    reading.
    """

    name: str
    postcode: str = ""
    department: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.name or self.postcode or self.department)

    @property
    def exact_names(self) -> tuple[str, ...]:
        """The whole names that the text can stand for: « lyon 3 » is « lyon 3e », « paris 1 » is « paris 1er »."""
        if self.name[-1:].isdigit():
            return (self.name, f"{self.name}e", f"{self.name}er")
        return (self.name,)

    def without_last_number(self) -> PlaceQuery | None:
        """Read a last word like « 93 » or « 9326 » as the beginning of a postcode and « 2a » as a department."""
        head, _, last = self.name.rpartition(" ")
        if not head or self.postcode or self.department:
            return None
        if last in _CORSICA:
            return PlaceQuery(head, department=last.upper())
        return PlaceQuery(head, postcode=last) if _DIGITS.match(last) else None


def read_place_query(text: str) -> PlaceQuery:
    """Read free text. Any text is accepted; what lies past `LONGEST` signs is ignored."""
    text = text[:LONGEST]
    label = _LABEL_END.search(text)
    if label:
        return PlaceQuery(_name(fold(text[: label.start()]).split()), department=label[1].upper())
    words = fold(text).split()
    if len(words) == 1 and _DIGITS.match(words[0]):
        return PlaceQuery("", postcode=words[0])
    if len(words) == 1 and words[0] in _CORSICA:
        return PlaceQuery("", department=words[0].upper())
    postcodes = [word for word in words if re.fullmatch(r"\d{5}", word)]
    name = _name([word for word in words if word not in postcodes])
    return PlaceQuery(name, postcode=postcodes[0] if postcodes else "")


def _name(words: list[str]) -> str:
    return " ".join(_plain(word) for word in words if word not in _IDLE_WORDS)


def _plain(word: str) -> str:
    ordinal = _ORDINAL.match(word)
    if ordinal:
        return "1er" if ordinal[1] == "1" else f"{ordinal[1]}e"
    return _FULL_WORDS.get(word) or _NUMBER.sub(r"\1", word)
