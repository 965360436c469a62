"""How the register's capital letters become a name that people read, and an address."""

from __future__ import annotations

import re
from functools import lru_cache

from core.text import fold

_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
# « Ã© » is an « é » decoded twice; « João » is a name.
_GARBLED = re.compile("\ufffd|[ÃÂ][\u0080-\u00bf\u2018-\u203a\u20ac]")
_SMALL_WORD = re.compile(r"\b(?:De|Du|Des|La|Le|Les|Et|Au|Aux|En|Sur|Sous)\b|\b[DL](?=['’])")
TITLES = {"DR": "Dr", "PR": "Pr"}
SLUG_LENGTH = 100
# The same few thousand names come back two million times; some 0.3 kB each, and no more of them for a longer file.
REMEMBERED = 8_192


@lru_cache(maxsize=REMEMBERED)
def readable(name: str) -> str:
    """« LE GUEN-D'ARTAGNAN » → « Le Guen-D'Artagnan »; a name with small letters stays as it is."""
    if name != name.upper():
        return name
    return _WORD.sub(lambda word: word[0][0] + word[0][1:].lower(), name)


@lru_cache(maxsize=REMEMBERED)
def readable_way(name: str) -> str:
    """« DE L'ÉGLISE » → « de l'Église »: in a street, small words have no capital."""
    return _SMALL_WORD.sub(lambda word: word[0].lower(), readable(name))


key_of = lru_cache(maxsize=REMEMBERED)(fold)


def slug_of(first: str, last: str) -> str:
    """« Élodie Le Guen » → « elodie-le-guen »: the beginning of a public address, at most `SLUG_LENGTH` letters."""
    return f"{key_of(first)} {key_of(last)}".strip().replace(" ", "-")[:SLUG_LENGTH].strip("-") or "praticien"


@lru_cache(maxsize=REMEMBERED)
def has_letters(name: str) -> bool:
    """Whether a name can be one: a letter in it, and no sign that a wrong decoding leaves behind."""
    return _WORD.search(name) is not None and _GARBLED.search(name) is None
