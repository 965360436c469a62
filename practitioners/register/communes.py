"""Which commune of today a line of the register speaks of, whatever it left out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from core.text import fold

_BUREAU = re.compile(r"^\s*(\d{4,5})\b\s*(.*)$")
# « PARIS CEDEX 05 », « LYON 3E ARRONDISSEMENT », « MARSEILLE 08 »: a city, and perhaps the number of its part.
_CEDEX = re.compile(r"\bcedex\b(?:\s+\d+)?")
_PART = re.compile(r"^(paris|lyon|marseille)\s+(?:cedex\s+)?0?(\d{1,2})(?:\s*(?:e|er|eme|ere))?(?:\s+arrondissement)?$")
_DIGITS = re.compile(r"\d+")


class Known(NamedTuple):
    """A commune as the finder needs it; `parent` is the INSEE code of the city whose arrondissement it is."""

    insee: str
    key: str
    postcodes: tuple[str, ...]
    parent: str | None
    population: int


class CommuneFinder:
    """Finds a commune by its INSEE code, else by postcode and name, else by the words of the « Bureau cedex »."""

    def __init__(self, communes: Iterable[Known]) -> None:
        rows = sorted(communes, key=lambda one: (-one.population, one.insee))
        self._by_insee = {one.insee: one for one in rows}
        self._by_postcode: dict[str, list[Known]] = defaultdict(list)
        self._by_name: dict[str, list[Known]] = defaultdict(list)
        self._parts: dict[str, list[Known]] = defaultdict(list)
        for one in rows:
            self._by_name[one.key].append(one)
            for postcode in one.postcodes:
                self._by_postcode[postcode].append(one)
            if one.parent:
                self._parts[one.parent].append(one)
        self._found: dict[tuple[str, str, str, str], tuple[str, str]] = {}

    def __len__(self) -> int:
        return len(self._by_insee)

    def find(self, code: str, postcode: str, name: str, bureau: str) -> tuple[str, str]:
        """The INSEE code of the commune, empty when nothing tells, and the postcode as it should be.

        A leading zero lost is put back. A city with arrondissements gives way to the one of its postcode.
        """
        given = (code, postcode, name, bureau)
        answer = self._found.get(given)
        if answer is None:
            if len(self._found) > 100_000:
                self._found.clear()
            answer = self._found[given] = self._look(*given)
        return answer

    def _look(self, code: str, postcode: str, name: str, bureau: str) -> tuple[str, str]:
        commune = self._by_insee.get(_five(code, letters=True))
        whole = _five(postcode)
        if commune is not None and whole and commune.insee not in self._parts:
            return commune.insee, whole
        written = _BUREAU.match(bureau)
        postal = whole or (_five(written[1]) if written else "")
        words = [fold(name), fold(written[2] if written else bureau)]
        if commune is None:
            commune = self._by_post(postal, words) or self._by_words(postal, words)
        if commune is None:
            return "", postal
        return self._part_of(commune, postal, words).insee, postal or (commune.postcodes or ("",))[0]

    def _by_post(self, postal: str, words: list[str]) -> Known | None:
        """Several communes share most postcodes: the one that is named, else the largest."""
        there = self._by_postcode.get(postal, [])
        for word in filter(None, words):
            plain = _CEDEX.sub("", word).strip()
            for one in there:
                if one.key == plain or _plain_city(one.key) == _plain_city(plain):
                    return one
        return there[0] if there else None

    def _by_words(self, postal: str, words: list[str]) -> Known | None:
        """A postcode of a « cedex » is in no list: the name decides, in the department of the postcode when it has one."""
        for word in filter(None, words):
            named = self._by_name.get(_plain_city(_CEDEX.sub("", word).strip()), [])
            near = [one for one in named if _department(one.insee) == _department_of_post(postal)]
            if postal and near:
                return near[0]
            if not postal and len(named) == 1:
                return named[0]
        return None

    def _part_of(self, commune: Known, postal: str, words: list[str]) -> Known:
        parts = self._parts.get(commune.insee)
        if not parts:
            return commune
        for one in parts:
            if postal in one.postcodes:
                return one
        for word in words:
            named = _PART.match(word)
            for one in parts if named else ():
                number = _DIGITS.search(one.key)
                if named and number and int(number[0]) == int(named[2]):
                    return one
        return commune


def _five(text: str, *, letters: bool = False) -> str:
    """Five characters, with the leading zero of the first nine departments put back; empty when it is no code."""
    code = text.strip().upper()
    if len(code) == 4 and code.isascii() and code.isdigit():
        code = f"0{code}"
    corsican = letters and len(code) == 5 and code[:2] in ("2A", "2B") and code[2:].isdigit()
    return code if corsican or (len(code) == 5 and code.isascii() and code.isdigit()) else ""


def _plain_city(key: str) -> str:
    """« paris 05 » and « paris 5e » → « paris »; « st denis » → « saint denis »."""
    part = _PART.match(key)
    words = [{"st": "saint", "ste": "sainte"}.get(word, word) for word in (part[1] if part else key).split()]
    return " ".join(words)


def _department(insee: str) -> str:
    return "20" if insee[:2] in ("2A", "2B") else insee[:3] if insee[:2] in ("97", "98") else insee[:2]


def _department_of_post(postal: str) -> str:
    return postal[:3] if postal[:2] in ("97", "98") else postal[:2]
