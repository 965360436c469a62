"""What an invoice or a credit note says, without the database: what is checked, hashed, drawn as PDF and written as XML.

Amounts are whole cents, rates basis points, periods half-open. A paper that is not issued has neither reference nor date.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from typing import Any

from billing.vat import bases, vat_cents

INVOICE, CREDIT_NOTE = "invoice", "credit_note"
# The code of the mention that says that the VAT falls due with the invoice (`billing.terms`).
TAX = "TXD"


@dataclass(frozen=True, slots=True)
class Party:
    """A seller or a buyer, as its identity stood when the paper was made. `capital` and `rcs` belong to the seller."""

    name: str
    legal_form: str = ""
    capital: str = ""
    siren: str = ""
    siret: str = ""
    rcs: str = ""
    vat_number: str = ""
    street: str = ""
    street2: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "FR"
    territory: str = "fr"
    email: str = ""
    account: str = ""
    iban: str = ""
    bic: str = ""

    def as_json(self) -> dict[str, str]:
        return _fields_of(self)

    @classmethod
    def of_json(cls, values: Mapping[str, str]) -> Party:
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known})


@dataclass(frozen=True, slots=True)
class Line:
    """A line; what it credits has a negative quantity. The ids say what is billed, for the next month's reckoning."""

    label: str
    quantity: int
    unit_cents: int
    vat_rate: int
    period_start: date
    period_end: date
    kind: str = "normal"
    item_id: int | None = None
    price_id: int | None = None
    adjustment_id: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def net_cents(self) -> int:
        return self.quantity * self.unit_cents


@dataclass(frozen=True, slots=True)
class Total:
    """The sum and the VAT of one rate."""

    rate: int
    base_cents: int
    vat_cents: int
    exemption: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A sentence that the law asks for, under the subject code of the electronic invoice (UNTDID 4451)."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole document. `corrects` is the reference and the date of the invoice that a credit note corrects."""

    kind: str
    seller: Party
    buyer: Party
    lines: Sequence[Line]
    totals: Sequence[Total]
    period_start: date
    period_end: date
    mentions: Sequence[Mention] = ()
    reference: str = ""
    issue_date: date | None = None
    due_date: date | None = None
    purchase_order: str = ""
    method: str = "transfer"
    corrects: tuple[str, date] | None = None
    reason: str = ""
    language: str = "fr"

    @property
    def net_cents(self) -> int:
        return sum(line.net_cents for line in self.lines)

    @property
    def vat_cents(self) -> int:
        return sum(total.vat_cents for total in self.totals)

    @property
    def gross_cents(self) -> int:
        return self.net_cents + self.vat_cents

    @property
    def is_credit_note(self) -> bool:
        return self.kind == CREDIT_NOTE

    def issued(self, reference: str, issue_date: date, due_date: date) -> Paper:
        """The same paper with what issuing gives it."""
        return replace(self, reference=reference, issue_date=issue_date, due_date=due_date)

    def content_hash(self) -> str:
        """SHA-256 of everything that it says, in one written form."""
        text = json.dumps(self, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def totals_of(lines: Sequence[Line], exemptions: Mapping[int, str]) -> tuple[Total, ...]:
    """One total per rate, VAT half-up on the sum. `exemptions` says why a rate is nil: {0: "…"}."""
    sums = bases((line.net_cents, line.vat_rate) for line in lines)
    return tuple(
        Total(rate, base, vat_cents(base, rate), exemptions.get(rate, "") if rate == 0 else "")
        for rate, base in sums.items()
    )


def _fields_of(value: Any) -> dict[str, Any]:
    """The fields of a value by name, not copied: a run writes two thousand of them a second."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return _fields_of(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no written form")
