"""Which invoices a transfer pays. Pure: it says what is certain, and leaves the rest to a person.

In this order: the references of invoices written in the wording; else who pays (account number, else full name)
together with the exact amount of one of their invoices or of all that they owe. Between two answers it never chooses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from core.text import fold

# « F2026-000001 » as banks write it: dashes lost, blanks put in, stuck to what follows by a sign, or to the one before.
_REFERENCE = re.compile(r"(?<![A-Z])F[\s\-./_]{0,2}(20\d\d)[\s\-./_]{0,2}(\d{6})(?!\d)")
# The same torn by a line break of the bank: believed only when the amount agrees.
_TORN = re.compile(r"F[\s\-./_]{0,2}(2\s?0\s?\d\s?\d)[\s\-./_]{0,2}((?:\d\s?){5}\d)(?!\d)")
_ACCOUNT = re.compile(r"(?<![A-Z0-9])C\s?(\d{6})(?!\d)")
# Words that many names bear: a name made of these alone names nobody.
_COMMON = frozenset(
    fold(
        "cabinet centre docteur dr selarl scm scp sarl sas sci medical medicale sante maison de du des la le les et"
        " groupe pole mr mme m monsieur madame societe"
    ).split()
)


class Verdict(StrEnum):
    """How a transfer was understood. Only those of `SURE` are written without a person."""

    REFERENCE = "reference"
    REFERENCES = "references"
    PARTIAL = "partial"
    OVER = "over"
    PAYER_AND_AMOUNT = "payer_and_amount"
    PAYER_AND_TOTAL = "payer_and_total"
    UNKNOWN = "unknown"
    UNKNOWN_REFERENCE = "unknown_reference"
    ALREADY_PAID = "already_paid"
    SEVERAL_PAYERS = "several_payers"
    AMOUNT_DIFFERS = "amount_differs"
    AMBIGUOUS = "ambiguous"


SURE = frozenset(
    {
        Verdict.REFERENCE,
        Verdict.REFERENCES,
        Verdict.PARTIAL,
        Verdict.OVER,
        Verdict.PAYER_AND_AMOUNT,
        Verdict.PAYER_AND_TOTAL,
    }
)


@dataclass(frozen=True, slots=True)
class Owed:
    """An invoice that may be paid: what is open of it, in cents (0 when it is paid), and who owes it."""

    invoice_id: int
    reference: str
    open_cents: int
    payer_id: int
    due_key: str = ""


@dataclass(frozen=True, slots=True)
class Debtor:
    """A payer as transfers may name them: account « C000001 », names folded."""

    payer_id: int
    account: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Transfer:
    """What the bank says of a sum received."""

    amount_cents: int
    wording: str
    counterparty: str = ""

    @property
    def text(self) -> str:
        return f"{self.wording} {self.counterparty}"


@dataclass(frozen=True, slots=True)
class Match:
    """`parts`: (invoice, cents) to allocate; `rest_cents` stays with the payer; `suggested`: invoices to look at."""

    verdict: Verdict
    payer_id: int | None = None
    parts: tuple[tuple[int, int], ...] = ()
    rest_cents: int = 0
    suggested: tuple[int, ...] = ()

    @property
    def is_sure(self) -> bool:
        return self.verdict in SURE


@dataclass(frozen=True)
class Book:
    """What is owed, indexed once for a whole file of transfers. `known` holds paid invoices too: a reference paid
    twice is seen.
    """

    known: dict[str, Owed]
    debtors: Sequence[Debtor]
    open_by_payer: dict[int, list[Owed]] = field(default_factory=dict)
    by_account: Mapping[str, int] = field(default_factory=dict)
    by_word: Mapping[str, Sequence[tuple[int, frozenset[str]]]] = field(default_factory=dict)


def book_of(owed: Iterable[Owed], debtors: Iterable[Debtor]) -> Book:
    """The book of these invoices and payers."""
    known = {one.reference: one for one in owed}
    people = list(debtors)
    open_by_payer: dict[int, list[Owed]] = {}
    for one in sorted(known.values(), key=lambda row: (row.due_key, row.invoice_id)):
        if one.open_cents > 0:
            open_by_payer.setdefault(one.payer_id, []).append(one)
    by_word: dict[str, list[tuple[int, frozenset[str]]]] = {}
    for person in people:
        for name in person.names:
            words = frozenset(fold(name).split()) - _COMMON
            if sum(len(word) for word in words) >= 4:
                by_word.setdefault(max(words, key=lambda word: (len(word), word)), []).append((person.payer_id, words))
    return Book(known, people, open_by_payer, {one.account: one.payer_id for one in people}, by_word)


def match(transfer: Transfer, book: Book) -> Match:
    """What the transfer pays, as far as it is certain."""
    if transfer.amount_cents <= 0:
        raise ValueError("Only sums received are matched")
    text = transfer.text.upper()
    written = list(dict.fromkeys(f"F{year}-{number}" for year, number in _REFERENCE.findall(text)))
    if written:
        return _by_references(transfer, book, written)
    torn = _torn_reference(transfer, book, text)
    if torn is not None:
        return Match(Verdict.REFERENCE, torn.payer_id, ((torn.invoice_id, torn.open_cents),))
    return _by_payer(transfer, book, text)


def take(book: Book, found: Match) -> None:
    """Lowers in the book what a sure match pays, so that the next transfer of the file finds what is left."""
    if not found.is_sure or found.payer_id is None:
        return
    paid = dict(found.parts)
    rows = book.open_by_payer.get(found.payer_id, [])
    lowered = [replace(one, open_cents=one.open_cents - paid.get(one.invoice_id, 0)) for one in rows]
    book.known.update({one.reference: one for one in lowered})
    book.open_by_payer[found.payer_id] = [one for one in lowered if one.open_cents > 0]


def references_in(text: str) -> list[str]:
    """The references of invoices that a text may hold, torn ones included: what a book must know to read it."""
    upper = text.upper()
    found = [f"F{year}-{number}" for year, number in _REFERENCE.findall(upper)]
    found += [_joined(year, number) for year, number in _TORN.findall(upper)]
    return list(dict.fromkeys(found))


def _by_references(transfer: Transfer, book: Book, written: Sequence[str]) -> Match:
    found = [book.known[name] for name in written if name in book.known]
    payers = {one.payer_id for one in found}
    still_open = [one for one in found if one.open_cents > 0]
    suggested = tuple(one.invoice_id for one in still_open)
    if len(found) < len(written):
        return Match(Verdict.UNKNOWN_REFERENCE, _only(payers), suggested=suggested)
    if len(payers) > 1:
        return Match(Verdict.SEVERAL_PAYERS, suggested=suggested)
    payer = _only(payers)
    if len(still_open) < len(found):
        # A sum for what is paid may be a second transfer, or meant for another invoice: somebody asks.
        return Match(Verdict.ALREADY_PAID, payer, suggested=suggested or _open_of(book, payer))
    total = sum(one.open_cents for one in found)
    if transfer.amount_cents < total and len(found) > 1:
        return Match(Verdict.AMOUNT_DIFFERS, payer, suggested=suggested)
    if transfer.amount_cents < total:
        return Match(Verdict.PARTIAL, payer, ((found[0].invoice_id, transfer.amount_cents),))
    parts = tuple((one.invoice_id, one.open_cents) for one in found)
    rest = transfer.amount_cents - total
    exact = Verdict.REFERENCE if len(found) == 1 else Verdict.REFERENCES
    return Match(Verdict.OVER if rest else exact, payer, parts, rest)


def _torn_reference(transfer: Transfer, book: Book, text: str) -> Owed | None:
    names = {_joined(year, number) for year, number in _TORN.findall(text)}
    found = [book.known[name] for name in names if name in book.known]
    if len(names) == 1 and len(found) == 1 and found[0].open_cents == transfer.amount_cents:
        return found[0]
    return None


def _by_payer(transfer: Transfer, book: Book, text: str) -> Match:
    people = _named(book, text)
    if len(people) != 1:
        suggested = tuple(
            one.invoice_id
            for payer in sorted(people)
            for one in book.open_by_payer.get(payer, ())
            if one.open_cents == transfer.amount_cents
        )
        return Match(Verdict.AMBIGUOUS if people else Verdict.UNKNOWN, suggested=suggested[:10])
    payer = next(iter(people))
    owed = book.open_by_payer.get(payer, ())
    equal = [one for one in owed if one.open_cents == transfer.amount_cents]
    total = sum(one.open_cents for one in owed)
    if len(equal) == 1:
        return Match(Verdict.PAYER_AND_AMOUNT, payer, ((equal[0].invoice_id, transfer.amount_cents),))
    if equal:
        return Match(Verdict.AMBIGUOUS, payer, suggested=tuple(one.invoice_id for one in equal))
    if owed and total == transfer.amount_cents:
        return Match(Verdict.PAYER_AND_TOTAL, payer, tuple((one.invoice_id, one.open_cents) for one in owed))
    return Match(Verdict.AMOUNT_DIFFERS, payer, suggested=_open_of(book, payer))


def _named(book: Book, text: str) -> set[int]:
    """The payers that the text names: by their account, else by every word of one of their names."""
    by_account = {book.by_account[f"C{digits}"] for digits in _ACCOUNT.findall(text) if f"C{digits}" in book.by_account}
    if by_account:
        return by_account
    said = set(fold(text).split())
    return {payer for word in said for payer, words in book.by_word.get(word, ()) if words <= said}


def _open_of(book: Book, payer: int | None) -> tuple[int, ...]:
    return tuple(one.invoice_id for one in book.open_by_payer.get(payer or 0, ()))[:10]


def _only(payers: set[int]) -> int | None:
    return next(iter(payers)) if len(payers) == 1 else None


def _joined(year: str, number: str) -> str:
    return f"F{''.join(year.split())}-{''.join(number.split())}"
