"""What goes wrong in a line of a register: the ways of the published files, and of files that passed through a spreadsheet."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

Fault = Callable[[list[str]], list[str]]


def _put(position: int, value: Callable[[str], str]) -> Fault:
    def change(cells: list[str]) -> list[str]:
        return [value(cell) if at == position else cell for at, cell in enumerate(cells)]

    return change


def _town(cells: list[str]) -> str:
    return cells[34].partition(" ")[2]


def _cedex(cells: list[str], town: str) -> list[str]:
    """A postcode that companies have for themselves, in no list of communes, and nothing else but the name."""
    if not cells[35]:
        return cells
    own = f"{cells[35][:3]}99"
    return [*cells[:34], f"{own} {town} CEDEX", own, "", "", *cells[38:]]


# Positions are those of the published order, from 0; the last cell is the empty one after the trailing separator.
GENTLE: Mapping[str, Fault] = {
    "commune_empty": lambda cells: [*cells[:36], "", "", *cells[38:]],
    "postcode_empty": lambda cells: [*cells[:35], "", "", "", *cells[38:]],
    "zero_lost": _put(35, lambda value: value.lstrip("0")),
    "commune_zero_lost": _put(36, lambda value: value.lstrip("0")),
    "no_trailing_bar": lambda cells: cells[:-1],
    "blanks": _put(7, lambda value: f"  {value} "),
    "national_only": _put(1, lambda value: ""),
    "other_numbering": _put(9, lambda value: {"71": "171", "72": "172", "73": "173", "93": "193"}.get(value, value)),
    "cedex": _put(34, lambda value: f"{value} CEDEX 09" if value else value),
    "old_commune": _put(36, lambda value: "01999" if value else value),
    "postcode_in_two": _put(35, lambda value: f"{value[:2]} {value[2:]}"),
    "cedex_alone": lambda cells: _cedex(cells, _town(cells)),
    "cedex_misspelt": lambda cells: _cedex(cells, _town(cells)[:4] + _town(cells)[5:]),
    "saint_shortened": lambda cells: _cedex(cells, _town(cells).replace("SAINT-", "ST ").replace("SAINTE-", "STE ")),
}
HARSH: Mapping[str, Fault] = {
    "key_wrong": lambda cells: [cells[0], _wrong(cells[1]), "8" + _wrong(cells[1]), *cells[3:]],
    "letters": lambda cells: [cells[0], "1000A234567", "", *cells[3:]],
    "no_identifier": lambda cells: [cells[0], "", "", *cells[3:]],
    "two_people": _put(2, lambda value: "810002909371"),
    "unknown_type": _put(0, lambda value: "7"),
    "no_name": _put(7, lambda value: ""),
    "long_name": _put(7, lambda value: "A" * 200),
    "garbled": _put(7, lambda value: "LEFÃ©VRE"),
    "no_profession": _put(9, lambda value: ""),
    "bar_inside": _put(24, lambda value: f"{value}|BIS"),
    "cut_short": lambda cells: cells[:20],
    "control": _put(32, lambda value: f"{value}\x00"),
}


def spoil(line: str, chance: random.Random) -> str:
    """The line with one fault, four times out of five one that the reader must mend."""
    faults = GENTLE if chance.random() < 0.8 else HARSH
    return "|".join(faults[chance.choice(sorted(faults))](line.split("|")))


def _wrong(rpps: str) -> str:
    """The same number with another key."""
    return rpps[:-1] + str((int(rpps[-1]) + 1) % 10) if rpps else "98000000000"
