"""The catalogue kept in the repository: what is sold, what it opens, and its dated prices, followed and never edited.

89 € before tax for one practitioner and month, the carnet included (domain.md §6.1). A locum, a secretary and a second
place of the same practice are no seats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.enums import ProductKind, Unit

ESSENTIAL, COMPLETE = "essentiel", "complet"
# What somebody who names no plan is put on, and what the trial is of.
USUAL_PLAN = ESSENTIAL
SINCE = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class PriceRow:
    version: int
    amount_cents: int
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class ProductRow:
    code: str
    kind: str
    unit: str
    name: str
    name_en: str
    entitlements: Sequence[str]
    prices: Sequence[PriceRow]


_BASE = ("booking", "reminders", "carnet", "waitlist")

CATALOGUE = (
    ProductRow(
        ESSENTIAL, ProductKind.PLAN, Unit.SEAT, "Essentiel", "Essential", _BASE, (PriceRow(1, 8_900, SINCE),)
    ),
    ProductRow(
        COMPLETE, ProductKind.PLAN, Unit.SEAT, "Complet", "Complete", (*_BASE, "sms", "priority_support"),
        (PriceRow(1, 12_900, SINCE),),
    ),
    ProductRow(
        "sms-500", ProductKind.ADDON, Unit.PIECE, "Lot de 500 SMS", "Pack of 500 text messages", ("sms",),
        (PriceRow(1, 3_500, SINCE),),
    ),
)  # fmt: skip
