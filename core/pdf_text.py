"""A text as a PDF draws it, glyph after glyph from the left: joined Arabic, right-to-left runs turned, what no font has marked.

A PDF has no layout engine of its own. Reordering is that of the Unicode bidirectional algorithm (UAX #9); Arabic letters
take their joined shapes from the presentation forms of Unicode, which the embedded font has. Pure.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from functools import cache

from fpdf.bidi import BidiParagraph

# Stands for a letter or an emoji that no embedded font has: seen, so that nobody takes the name for complete.
MISSING = "□"
RIGHT_TO_LEFT = ("R", "AL")
DIRECTION_MARKS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN")
# What opens from the left closes from the right (UAX #9, rule L4).
MIRROR = dict(zip("()[]{}<>«»", ")(][}{><»«", strict=True))
TATWEEL = "\u0640"


def drawable(text: str, letters: Container[int]) -> str:
    """The characters to draw from left to right, each among `letters` (code points), one line whatever `text` holds."""
    plain = unicodedata.normalize("NFC", " ".join(text.split()))
    if any(unicodedata.bidirectional(char) in RIGHT_TO_LEFT for char in plain):
        plain = _turned(_joined(plain))
    return "".join(_known(char, letters) for char in plain)


def _known(char: str, letters: Container[int]) -> str:
    """The character, its parts when only these are known, or the mark of what is missing; invisible ones are left out."""
    if unicodedata.category(char) in ("Cf", "Cc"):
        return ""
    if ord(char) in letters:
        return char
    if unicodedata.category(char) in ("Mn", "Me"):
        return ""
    parts = unicodedata.normalize("NFD", char)
    if len(parts) > 1 and all(ord(part) in letters for part in parts):
        return parts
    return MISSING


def _turned(text: str) -> str:
    """The text in the order of the eye. Direction marks themselves are not drawn."""
    shown = "".join(char for char in text if unicodedata.bidirectional(char) not in DIRECTION_MARKS)
    placed = BidiParagraph(shown).get_reordered_characters()
    return "".join(
        MIRROR.get(one.character, one.character) if one.embedding_level % 2 else one.character for one in placed
    )


@cache
def _forms() -> dict[tuple[str, str], str]:
    """(letters, "isolated" | "initial" | "medial" | "final") → the joined shape, as Unicode names them."""
    found: dict[tuple[str, str], str] = {}
    for code in (*range(0xFB50, 0xFDFB), *range(0xFE70, 0xFEFD)):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) in (2, 3) and parts[0] in ("<isolated>", "<initial>", "<medial>", "<final>"):
            base = "".join(chr(int(part, 16)) for part in parts[1:])
            if len(base) == 1 or (base[0] == "\u0644" and base[1] in "\u0622\u0623\u0625\u0627"):
                found.setdefault((base, parts[0].strip("<>")), chr(code))
    return found


def _joined(text: str) -> str:
    """Arabic letters in the shape that their neighbours give them; lam and alef in one."""
    forms = _forms()
    units = _units(text)
    out = []
    for n, unit in enumerate(units):
        before = next((one for one in reversed(units[:n]) if not _is_mark(one)), "")
        after = next((one for one in units[n + 1 :] if not _is_mark(one)), "")
        left, right = _joins_next(before) and _joins_before(unit), _joins_next(unit) and _joins_before(after)
        form = {(False, False): "isolated", (False, True): "initial", (True, True): "medial", (True, False): "final"}
        out.append(forms.get((unit, form[left, right]), unit))
    return "".join(out)


def _units(text: str) -> list[str]:
    """The letters one by one, but lam and alef together."""
    units: list[str] = []
    for char in text:
        if units and ((units[-1] + char), "isolated") in _forms():
            units[-1] += char
        else:
            units.append(char)
    return units


def _is_mark(unit: str) -> bool:
    return unicodedata.category(unit[0]) == "Mn"


def _joins_next(unit: str) -> bool:
    """Whether a letter reaches the one after it: it has an initial shape."""
    return unit == TATWEEL or (unit, "initial") in _forms()


def _joins_before(unit: str) -> bool:
    return unit == TATWEEL or (unit, "final") in _forms()
