"""Late-payment interest between businesses (code de commerce, L441-10): what it comes to. Pure.

The rate is a yearly one in basis points, the seller's own, never under three times the legal rate; by default the ECB's
refinancing rate plus ten points. It runs from the day after the due date, day by day over 365, with no VAT, on what was
open that day. Like the indemnity it is told, and charged by a person's decision only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple


class Owed(NamedTuple):
    """What was open on every day after `after` and until `until` included."""

    cents: int
    after: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.after).days


def interest_cents(open_cents: int, due_on: date, paid_on: date, rate_bp: int) -> int:
    """The interest in cents, rounded half up, of `open_cents` owed from the day after `due_on` until `paid_on` included."""
    return interest_of([Owed(open_cents, due_on, paid_on)], rate_bp)


def interest_of(spans: Iterable[Owed], rate_bp: int) -> int:
    """The interest of several spans in cents, rounded half up once, on their sum."""
    weight = sum(span.cents * span.days for span in spans if span.cents > 0 and span.days > 0)
    return (2 * weight * rate_bp + 10_000 * 365) // (2 * 10_000 * 365)


def owed_spans(gross_cents: int, paid: Iterable[tuple[date, int]], after: date, until: date) -> Iterator[Owed]:
    """What was open of an invoice after a day and until another, payment by payment: the day of a payment still counts.

    `paid`: (day, cents), in any order. Days when nothing was open are left out.
    """
    payments = sorted(paid)
    left = gross_cents - sum(cents for day, cents in payments if day <= after)
    start = after
    for day in sorted({day for day, _cents in payments if after < day < until} | {until}):
        if left > 0 and day > start:
            yield Owed(left, start, day)
        left -= sum(cents for paid_on, cents in payments if paid_on == day)
        start = day


def rate_of(ecb_bp: int, legal_bp: int) -> int:
    """The rate by default: the ECB's plus ten points, never under three times the legal one."""
    return max(ecb_bp + 1_000, 3 * legal_bp)
