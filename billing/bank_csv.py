"""The transfers in a bank's CSV file: any of the ways in which French banks write them, or one clear refusal. Pure."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from billing.exceptions_payment import PaymentRefusal
from billing.ibans import masked
from booking.import_files import ImportRefused, text_of
from core.text import fold

MOST_LINES = 20_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000
# Lines that banks put above the names of the columns: the account, the period, the balance.
MOST_BEFORE_HEADER = 25
SEPARATORS = (";", "\t", ",", "|")
# A sum so large is a mistake of reading.
LARGEST_CENTS = 100_000_000
OLDEST = timedelta(days=5 * 365)

COLUMNS: Mapping[str, str] = {
    "on": "date|date operation|date d operation|date comptable|date de comptabilisation|date de l operation|jour"
    "|booking date",
    "value_on": "date valeur|date de valeur|valeur|value date",
    "wording": "libelle|libelle operation|libelle de l operation|libelle simplifie|nature de l operation|description"
    "|intitule|wording|label|motif",
    "more": "libelle complementaire|informations complementaires|detail|details|complement|reference"
    "|reference operation|reference de l operation|commentaire|communication|ref|reference client",
    "counterparty": "donneur d ordre|nom du donneur d ordre|emetteur|contrepartie|nom|nom du tiers|tiers|debiteur"
    "|counterparty|name",
    "amount": "montant|montant eur|montant euros|montant en euros|montant de l operation|amount|somme",
    "credit": "credit|credit euros|credit eur|montant credit|montant au credit",
    "debit": "debit|debit euros|debit eur|montant debit|montant au debit",
    "currency": "devise|monnaie|currency",
    "side": "sens|sens operation|sens de l operation|sens du mouvement|debit credit|credit debit|d c|c d|debit ou credit",
}
# How a column of direction says that a sum came, or left.
_CAME, _LEFT = (
    {"c", "cr", "credit", "crediteur", "+", "entree", "recu"},
    {"d", "db", "dt", "debit", "debiteur", "-", "sortie"},
)
_NEEDED = ({"on", "value_on"}, {"wording", "more", "counterparty"}, {"amount", "credit"})
_NAMES = {alias: name for name, aliases in COLUMNS.items() for alias in aliases.split("|")}
_DAY = (
    (re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})"), (3, 2, 1)),
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?"), (1, 2, 3)),
    (re.compile(r"(\d{4})(\d{2})(\d{2})"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{2})"), (3, 2, 1)),
)
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]){11,30}(?![A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Received:
    """A sum received. `number` is its row in a spreadsheet; `fingerprint` digests it, `occurrence` counts equal ones
    of the file.
    """

    number: int
    on: date
    amount_cents: int
    wording: str
    counterparty: str
    fingerprint: str
    occurrence: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file holds. `refused`: (row, code) of lines that are not read; `outgoing`: sums that left, which are no
    payment.
    """

    received: tuple[Received, ...]
    refused: tuple[tuple[int, str], ...]
    outgoing: int


def read_statement(raw: bytes, today: date) -> Statement:
    """The sums received in a file of the bank. Raises PaymentRefusal with a code `file_…`: then nothing was read."""
    try:
        text = text_of(raw)
    except ImportRefused as refusal:
        raise PaymentRefusal(refusal.code) from None
    if text.count("\n") + text.count("\r") > 5 * MOST_LINES:
        raise PaymentRefusal("file_too_many_lines")
    rows = _rows(text)
    columns = _header(rows)
    received: list[Received] = []
    refused: list[tuple[int, str]] = []
    outgoing, seen = 0, Counter[str]()
    for count, (number, row) in enumerate(rows):
        if count == MOST_LINES:
            raise PaymentRefusal("file_too_many_lines")
        cells = _cells(columns, row)
        try:
            found = _line(number, cells, today, seen)
        except _Unread as problem:
            refused.append((number, problem.code))
            continue
        if found is None:
            outgoing += 1
        else:
            received.append(found)
    return Statement(tuple(received), tuple(refused), outgoing)


class _Unread(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _line(number: int, cells: Mapping[str, str], today: date, seen: Counter[str]) -> Received | None:
    currency = cells.get("currency", "").upper()
    if currency not in {"", "EUR", "€", "EURO", "EUROS"}:
        raise _Unread("currency_other")
    cents = _amount_of(cells)
    if cents <= 0:
        return None
    if cents > LARGEST_CENTS:
        raise _Unread("amount_impossible")
    day = _day(cells.get("on") or cells.get("value_on", ""))
    if day is None or not today - OLDEST <= day <= today + timedelta(days=7):
        raise _Unread("date_impossible")
    wording = mask_accounts(" ".join(filter(None, (cells.get("wording", ""), cells.get("more", "")))))[:400]
    counterparty = mask_accounts(cells.get("counterparty", ""))[:140]
    told = f"{day.isoformat()}|{cents}|{fold(wording)}|{fold(counterparty)}"
    fingerprint = hashlib.sha256(told.encode()).hexdigest()
    seen[fingerprint] += 1
    return Received(number, day, cents, wording, counterparty, fingerprint, seen[fingerprint] - 1)


def mask_accounts(text: str) -> str:
    """The text, each account number in it shown by its country and its last four signs."""

    def hide(found: re.Match[str]) -> str:
        number = found[0].replace(" ", "")
        return masked(number[:2], number[-4:]) if _is_iban(number) else _hidden_inside(found[0])

    return _IBAN.sub(hide, text.upper() if _IBAN.search(text.upper()) else text)


def _hidden_inside(text: str) -> str:
    """A run of words may begin with an account: its longest start that is one is masked."""
    words = text.split(" ")
    for end in range(len(words), 0, -1):
        number = "".join(words[:end])
        if _is_iban(number):
            return " ".join([masked(number[:2], number[-4:]), *words[end:]])
    return text


def _is_iban(number: str) -> bool:
    return 15 <= len(number) <= 34 and int("".join(str(int(s, 36)) for s in number[4:] + number[:4])) % 97 == 1


def cents_of(text: str) -> int:
    """A sum as banks write it: « 1 234,56 », « 1.234,56 € », « -12.5 », « (45,00) ». Raises ValueError, for « 1.234 »
    too.
    """
    bare = re.sub(r"[\s\u00a0\u202f'€]|EUR", "", text, flags=re.IGNORECASE)
    signed = re.fullmatch(r"([-−+(]?)([^-−+()]+)([-)]?)", bare)
    if signed is None or (signed[1] == "(") != (signed[3] == ")") or (signed[1] and signed[3] == "-"):
        raise ValueError("unclear sum")
    bare, negative = signed[2], signed[1] in {"-", "−", "("} or signed[3] == "-"
    found = re.fullmatch(r"(\d{1,3}(?:[.,]\d{3})+|\d+)(?:([.,])(\d{1,2}))?", bare, flags=re.ASCII)
    if found is None:
        raise ValueError("unclear sum")
    whole, point, rest = found[1], found[2], found[3] or ""
    marks = set(re.findall(r"[.,]", whole))
    if len(marks) > 1 or point in marks or (marks and not point and whole.count(next(iter(marks))) == 1):
        # « 1.234 » is a thousand for some and a little more than one for others.
        raise ValueError("unclear sum")
    cents = int(re.sub(r"[.,]", "", whole)) * 100 + int(rest.ljust(2, "0") or 0)
    return -cents if negative else cents


def _amount_of(cells: Mapping[str, str]) -> int:
    try:
        if cells.get("credit"):
            return cents_of(cells["credit"])
        if cells.get("debit"):
            return -abs(cents_of(cells["debit"]))
        cents = cents_of(cells.get("amount", ""))
    except ValueError:
        raise _Unread("amount_unreadable") from None
    if "side" not in cells:
        return cents
    # A sum without a sign beside its direction: taken for received when it left, it would pay somebody's invoice.
    side = fold(cells["side"]) or cells["side"]
    if side not in _CAME | _LEFT:
        raise _Unread("amount_unreadable")
    return cents if side in _CAME else -abs(cents)


def _day(text: str) -> date | None:
    for shape, order in _DAY:
        if found := shape.fullmatch(text):
            year, month, day = (int(found[part]) for part in order)
            try:
                return date(year if year > 99 else 2000 + year, month, day)
            except ValueError:
                return None
    return None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text[:20_000]), strict=True)
    try:
        for number, row in enumerate(reader, 1):
            if len(row) > MOST_COLUMNS:
                raise PaymentRefusal("file_too_many_columns")
            if any(cell.strip() for cell in row):
                yield number, row
    except csv.Error:
        raise PaymentRefusal("file_malformed") from None


def _separator(start: str) -> str:
    """The sign that makes columns of a line that names them; wordings may hold more of another one."""
    lines = start.splitlines()
    for line in lines[: MOST_BEFORE_HEADER + 1]:
        for sign in SEPARATORS:
            if _is_header([_NAMES.get(fold(cell), "") for cell in line.split(sign)]):
                return sign
    return max(SEPARATORS, key=lambda sign: max((line.count(sign) for line in lines), default=0))


def _is_header(names: Sequence[str]) -> bool:
    return all(choice & set(names) for choice in _NEEDED)


def _header(rows: Iterator[tuple[int, list[str]]]) -> Sequence[str]:
    """The meaning of each column, from the first line that names a day, a wording and a sum."""
    for count, (_number, row) in enumerate(rows):
        names = [_NAMES.get(fold(cell), "") for cell in row]
        if _is_header(names):
            if any(names.count(name) > 1 for name in ("amount", "credit", "debit", "side")):
                raise PaymentRefusal("file_duplicate_headers")
            return names
        if count == MOST_BEFORE_HEADER:
            break
    raise PaymentRefusal("file_columns_missing")


def _cells(columns: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    """Cells by meaning; those of a wording are joined, as banks spread it over columns."""
    cells: dict[str, str] = {}
    for name, value in zip(columns, row, strict=False):
        text = re.sub(r"\s+", " ", value[:LONGEST_CELL]).strip().removeprefix("'")
        if not name or not text:
            continue
        if name in cells and name in {"wording", "more"}:
            cells[name] += f" {text}"
        else:
            cells.setdefault(name, text)
    return cells
