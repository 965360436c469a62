"""Which commune of today a line of the register speaks of, whatever it left out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from core.text import edit_distance, fold, tolerance

# « 75015 PARIS », « F-75015 », « 75 015 », « 1000 » for « 01000 », and what follows.
_POSTAL = re.compile(r"^\s*(?:F-?\s?)?(\d{2}\s?\d{2,3})(?!\d)\s*(.*)$", re.IGNORECASE)
# « PARIS CEDEX 05 », « LYON 3E ARRONDISSEMENT », « MARSEILLE 08 »: a city, and perhaps the number of its part.
_CEDEX = re.compile(r"\b(?:cedex|cdx)\b(?:\s+\d+)?")
_PART = re.compile(r"^(paris|lyon|marseille)\s+(?:cedex\s+)?0?(\d{1,2})(?:\s*(?:e|er|eme|ere))?(?:\s+arrondissement)?$")
_DIGITS = re.compile(r"\d+")
_ARTICLE = re.compile(r"^(?:le|la|les|l) (?=.)")
_SHORTENED = {"st": "saint", "ste": "sainte", "sts": "saints", "s": "sur", "ss": "sous"}
# Too many communes begin so for one to be guessed.
_COMMON = frozenset({"saint", "sainte", "saints"})
SHORTEST_BEGINNING = 4
# A name that several bear is the one that so many times more people live in.
DOMINANT = 10
# Answers kept while a file is read: about 0.7 kB each, and most lines ask for what one of the last few thousand asked for.
REMEMBERED = 16_000


class Known(NamedTuple):
    """A commune as the finder needs it; `parent` is the INSEE code of the city whose arrondissement it is."""

    insee: str
    key: str
    postcodes: tuple[str, ...]
    parent: str | None
    population: int


class Found(NamedTuple):
    """The INSEE code of a commune and the postcode as it should be; when there is none, why (`refusals.UNPLACED`)."""

    insee: str
    postcode: str
    why: str = ""


class CommuneFinder:
    """Finds a commune by its INSEE code, else by postcode and name, else by name in the department that is known."""

    def __init__(self, communes: Iterable[Known]) -> None:
        rows = sorted(communes, key=lambda one: (-one.population, one.insee))
        self._by_insee = {one.insee: one for one in rows}
        self._by_postcode: dict[str, list[Known]] = defaultdict(list)
        self._by_name: dict[str, list[Known]] = defaultdict(list)
        self._parts: dict[str, list[Known]] = defaultdict(list)
        self._in_department: dict[str, list[tuple[str, Known]]] = defaultdict(list)
        for one in rows:
            for name in {_plain(one.key), _ARTICLE.sub("", _plain(one.key))}:
                self._by_name[name].append(one)
            self._in_department[_department(one.insee)].append((_plain(one.key), one))
            for postcode in one.postcodes:
                self._by_postcode[postcode].append(one)
            if one.parent:
                self._parts[one.parent].append(one)
        self._found: dict[tuple[str, str, str, str], Found] = {}

    def __len__(self) -> int:
        return len(self._by_insee)

    def find(self, code: str, postcode: str, name: str, bureau: str) -> Found:
        """The commune that a line speaks of.

        A leading zero lost is put back. A city with arrondissements gives way to the one of its postcode.
        """
        given = (code, postcode, name, bureau)
        answer = self._found.get(given)
        if answer is None:
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            answer = self._found[given] = self._look(*given)
        return answer

    def _look(self, code: str, postcode: str, name: str, bureau: str) -> Found:
        known = _insee(code)
        commune = self._by_insee.get(known)
        (whole, beside), (written, town) = _postal(postcode), _postal(bureau)
        if commune is not None and whole and commune.insee not in self._parts:
            return Found(commune.insee, whole)
        postal = whole or written
        words = [word for word in (fold(name), fold(town), fold(beside)) if word]
        if commune is None:
            department = _department_of_post(postal) if postal else _department(known)
            if department not in self._in_department:
                department = ""
            commune = self._told(department, postal, words)
        if commune is None:
            return Found("", postal, "place_postcode" if postal else "place_name" if words else "place_code")
        part = self._part_of(commune, postal, words)
        return Found(part.insee, postal or (part.postcodes or ("",))[0])

    def _told(self, department: str, postal: str, words: list[str]) -> Known | None:
        """By the name among the communes of the postcode, then in the department; then by the postcode alone.

        A postcode of a « cedex » belongs to a company, wherever it happens to exist: the name decides, even misspelt.
        """
        there = self._by_postcode.get(postal, [])
        names = [_plain(word) for word in words]
        exact = next((one for name in names for one in there if _plain(one.key) == name), None)
        found = exact or self._by_name_alone(department, names)
        if found is None and department and (not there or any(_CEDEX.search(word) for word in words)):
            found = next(self._resembling(department, names), None)
        return found or next(iter(there), None)

    def _by_name_alone(self, department: str, names: list[str]) -> Known | None:
        """In its department when it is known; else a name that is alone, or by far the largest that bears it."""
        for name in names:
            named = self._by_name.get(name, [])
            if department:
                named = [one for one in named if _department(one.insee) == department]
            elif len(named) > 1 and named[0].population < DOMINANT * named[1].population:
                named = []
            if named:
                return named[0]
        return None

    def _resembling(self, department: str, names: list[str]) -> Iterator[Known]:
        """The only commune of the department that begins so (« Évry », « Cherbourg-Octeville »), or the nearest spelling."""
        there = self._in_department[department]
        for name in names:
            head = name
            while len(head) >= SHORTEST_BEGINNING and head not in _COMMON:
                begun = [one for key, one in there if key == head or key.startswith(f"{head} ")]
                if len(begun) == 1:
                    yield begun[0]
                head = head.rpartition(" ")[0]
            allowed = tolerance(name)
            near = sorted((edit_distance(name, key, allowed), -one.population, key, one) for key, one in there)
            near = [row for row in near if row[0] <= allowed] if allowed else []
            if near and (len(near) == 1 or near[0][0] < near[1][0] or near[0][1] < DOMINANT * near[1][1]):
                yield near[0][3]

    def _part_of(self, commune: Known, postal: str, words: list[str]) -> Known:
        parts = self._parts.get(commune.insee)
        if not parts:
            return commune
        for one in parts:
            if postal in one.postcodes:
                return one
        for named in (_PART.match(text) for word in words for text in (word, _without_cedex(word))):
            for one in parts if named else ():
                number = _DIGITS.search(one.key)
                if named and number and int(number[0]) == int(named[2]):
                    return one
        return commune


def _insee(text: str) -> str:
    """A code of commune, with the leading zero of the first nine departments put back; empty when it is none."""
    code = text.strip().upper()
    if len(code) == 4 and code.isascii() and code.isdigit():
        code = f"0{code}"
    corsican = len(code) == 5 and code[:2] in ("2A", "2B") and code[2:].isdigit()
    return code if corsican or (len(code) == 5 and code.isascii() and code.isdigit()) else ""


def _postal(text: str) -> tuple[str, str]:
    """The postcode at the beginning of a text, whole, empty when there is none; and what else the text says."""
    found = _POSTAL.match(text)
    if found is None or not found[1].isascii():
        return "", text
    return "".join(found[1].split()).zfill(5), found[2]


def _without_cedex(key: str) -> str:
    return " ".join(_CEDEX.sub(" ", key).split())


def _plain(key: str) -> str:
    """« paris 05 », « paris cedex 5 » → « paris »; « st denis » → « saint denis »; « chalons s marne » → « … sur marne »."""
    bare = _without_cedex(key)
    part = _PART.match(bare)
    return " ".join(_SHORTENED.get(word, word) for word in (part[1] if part else bare).split())


def _department(insee: str) -> str:
    """As a postcode says it: Corsica is 20, and Saint-Barthélemy and Saint-Martin are with Guadeloupe."""
    if insee[:3] in ("977", "978"):
        return "971"
    return "20" if insee[:2] in ("2A", "2B") else insee[:3] if insee[:2] in ("97", "98") else insee[:2]


def _department_of_post(postal: str) -> str:
    return postal[:3] if postal[:2] in ("97", "98") else postal[:2]
