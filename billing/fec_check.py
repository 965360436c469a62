"""Reads an accounting file back and says what a checker of the tax office would refuse. Pure; used before every download."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from billing.fec import COLUMNS, ENCODING, SEPARATOR

# (journal, year, first number, last number) → how many of these numbers are out of the file.
Elsewhere = Callable[[str, int, int, int], int]
_AMOUNT = re.compile(r"\d+,\d{2}")
_MOST = 20


@dataclass(slots=True)
class FecReport:
    """What was read: counts and totals in cents, and the first problems found, in words for staff."""

    lines: int = 0
    entries: int = 0
    debit_cents: int = 0
    credit_cents: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not self.problems

    def say(self, problem: str) -> None:
        if len(self.problems) < _MOST:
            self.problems.append(problem)


def check(content: bytes | Iterable[bytes], elsewhere: Elsewhere | None = None) -> FecReport:
    """The report of a file, whole or line by line: columns, dates, amounts, balance, numbers without gap, order.

    `elsewhere` counts the numbers of a journal and year, between two, that the books give to days out of the file: a transfer of
    October that was brought in in November has its number among November's.
    """
    report = FecReport()
    balance: dict[tuple[str, str, str], int] = defaultdict(int)
    numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
    last = ""
    rows = content.splitlines(keepends=True) if isinstance(content, bytes) else content
    for position, raw in enumerate(rows, start=1):
        cells = _cells(raw, position, report)
        if cells is None:
            continue
        report.lines += 1
        _dates(cells, position, report)
        debit, credit = _amounts(cells, position, report)
        report.debit_cents += debit
        report.credit_cents += credit
        journal, number, year = cells["JournalCode"], cells["EcritureNum"], cells["EcritureDate"][:4]
        if (journal, number, year) not in balance:
            numbers[journal, year].append(int(number) if number.isdigit() else -1)
        balance[journal, number, year] += debit - credit
        if cells["ValidDate"] < last:
            report.say(f"ligne {position}\u00a0: la date de validation recule")
        last = max(last, cells["ValidDate"])
    report.entries = len(balance)
    for (journal, number, _), left in balance.items():
        if left:
            report.say(f"écriture {journal} {number}\u00a0: débit et crédit diffèrent de {abs(left)} centimes")
    for (journal, year), found in numbers.items():
        known = len(found) + (
            elsewhere(journal, int(year), min(found), max(found)) if elsewhere and year.isdigit() else 0
        )
        if len(set(found)) != len(found) or max(found) - min(found) + 1 != known:
            report.say(f"journal {journal}\u00a0: la numérotation a un trou ou un doublon")
    return report


def _cells(raw: bytes, position: int, report: FecReport) -> dict[str, str] | None:
    if not raw.endswith(b"\r\n"):
        report.say(f"ligne {position}\u00a0: elle ne finit pas par CR LF")
    values = raw.decode(ENCODING).rstrip("\r\n").split(SEPARATOR)
    if position == 1:
        if tuple(values) != COLUMNS:
            report.say("ligne 1\u00a0: les dix-huit noms de colonnes manquent")
        return None
    if len(values) != len(COLUMNS):
        report.say(f"ligne {position}\u00a0: {len(values)} colonnes au lieu de {len(COLUMNS)}")
        return None
    cells = dict(zip(COLUMNS, values, strict=True))
    for name in ("JournalCode", "JournalLib", "EcritureNum", "CompteNum", "CompteLib", "PieceRef", "EcritureLib"):
        if not cells[name]:
            report.say(f"ligne {position}\u00a0: {name} est vide")
    if bool(cells["CompAuxNum"]) != bool(cells["CompAuxLib"]):
        report.say(f"ligne {position}\u00a0: compte auxiliaire sans libellé, ou l’inverse")
    return cells


def _dates(cells: dict[str, str], position: int, report: FecReport) -> None:
    for name in ("EcritureDate", "PieceDate", "ValidDate", "DateLet"):
        value = cells[name]
        if not value and name == "DateLet":
            continue
        try:
            date(int(value[:4]), int(value[4:6]), int(value[6:8]))
            valid = len(value) == 8
        except ValueError:
            valid = False
        if not valid:
            report.say(f"ligne {position}\u00a0: {name} «\u00a0{value}\u00a0» n’est pas une date AAAAMMJJ")
    if bool(cells["EcritureLet"]) != bool(cells["DateLet"]):
        report.say(f"ligne {position}\u00a0: lettrage sans date, ou l’inverse")


def _amounts(cells: dict[str, str], position: int, report: FecReport) -> tuple[int, int]:
    found = []
    for name in ("Debit", "Credit"):
        if not _AMOUNT.fullmatch(cells[name]):
            report.say(f"ligne {position}\u00a0: {name} «\u00a0{cells[name]}\u00a0» n’est pas un montant")
            return 0, 0
        found.append(int(cells[name].replace(",", "")))
    if all(found):
        report.say(f"ligne {position}\u00a0: débit et crédit à la fois")
    return found[0], found[1]
