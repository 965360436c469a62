"""The accounting file for the accountant's software: the eighteen columns of article A47 A-1 of the LPF, and nothing else.

Pure: entries in, bytes out, one line at a time. It is an export of our journals to the accountant's books, which hold
the opening balances and the rest of the company's entries.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

COLUMNS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib",
    "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise",
    "Idevise",
)  # fmt: skip
SEPARATOR = "|"
# One of the three encodings the text names, with the euro sign and the œ.
ENCODING = "iso8859-15"
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f|\u2028\u2029]+")
_FORMULA = "=+-@ "


@dataclass(frozen=True, slots=True)
class FecLine:
    """One line of one entry. Amounts are whole cents, one of the two nil; `letter` and `lettered_on` come together."""

    journal: str
    journal_label: str
    number: int
    day: date
    account: str
    account_label: str
    piece_ref: str
    piece_date: date
    label: str
    validated_on: date
    debit_cents: int = 0
    credit_cents: int = 0
    aux: str = ""
    aux_label: str = ""
    letter: str = ""
    lettered_on: date | None = None


def file_name(siren: str, closing: date) -> str:
    """`<SIREN>FEC<AAAAMMJJ>.txt`, with the closing day. Raises ValueError when the SIREN has not nine figures."""
    if not re.fullmatch(r"\d{9}", siren):
        raise ValueError(f"{siren!r} is no SIREN")
    return f"{siren}FEC{closing:%Y%m%d}.txt"


def render(lines: Iterable[FecLine], *, header: bool = True) -> bytes:
    """The whole file. Lines come in the order given: by day of validation, journal and number (`in_order`)."""
    return b"".join(stream(lines, header=header))


def stream(lines: Iterable[FecLine], *, header: bool = True) -> Iterator[bytes]:
    """The file line by line, each ended by CR LF; the first names the columns. Memory does not grow with the file."""
    if header:
        yield _encoded(SEPARATOR.join(COLUMNS))
    for line in lines:
        yield _encoded(SEPARATOR.join(_cells(line)))


def in_order(lines: Iterable[FecLine]) -> list[FecLine]:
    """By day of validation, then journal and number; the lines of one entry keep their order."""
    return sorted(lines, key=lambda line: (line.validated_on, line.journal, line.number))


def amount(cents: int) -> str:
    """« 106,80 ». Raises ValueError for a negative amount: a credit is written in its own column."""
    if cents < 0:
        raise ValueError("An amount of the accounting file is never negative")
    return f"{cents // 100},{cents % 100:02d}"


def _cells(line: FecLine) -> tuple[str, ...]:
    return (
        text(line.journal),
        text(line.journal_label),
        f"{line.number:06d}",
        _day(line.day),
        text(line.account),
        text(line.account_label),
        text(line.aux),
        text(line.aux_label),
        text(line.piece_ref),
        _day(line.piece_date),
        text(line.label),
        amount(line.debit_cents),
        amount(line.credit_cents),
        text(line.letter),
        _day(line.lettered_on),
        _day(line.validated_on),
        "",
        "",
    )


def text(words: str) -> str:
    """Words that fit in a cell: no separator, no line end, no leading sign that a spreadsheet would compute.

    A letter that the encoding does not hold loses its accent; what has no plain letter becomes a question mark.
    """
    flat = _BREAKS.sub(" ", unicodedata.normalize("NFC", words)).strip()
    return "".join(map(_letter, flat)).lstrip(_FORMULA)


def _letter(character: str) -> str:
    try:
        character.encode(ENCODING)
    except UnicodeEncodeError:
        plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
        return plain.replace(SEPARATOR, " ") or _PLAIN.get(character, "?")
    return character


# Signs of print that have no accent to lose.
_PLAIN = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "•": "-"}


def _day(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day is not None else ""


def _encoded(line: str) -> bytes:
    return f"{line}\r\n".encode(ENCODING)
