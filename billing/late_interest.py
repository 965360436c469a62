"""Late-payment interest between businesses (code de commerce, L441-10): what it comes to. Pure.

The rate is a yearly one in basis points: the ECB's refinancing rate plus ten points, never under three times the legal
rate. What is published for the first of January holds for the first half-year, what is for the first of July for the
second: days of two half-years are reckoned apart. It runs from the day after the due date, day by day over 365, with no
VAT, on what was open that day. Like the indemnity it is told, and charged by a person's decision only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

_JULY = 7

# (year, 1 or 2) → basis points.
HalfYears = Mapping[tuple[int, int], int]


class Owed(NamedTuple):
    """What was open on every day after `after` and until `until` included."""

    cents: int
    after: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.after).days


@dataclass(frozen=True, slots=True)
class Part:
    """Days of one rate, in basis points: a line of what is charged."""

    rate_bp: int
    spans: Sequence[Owed]

    @property
    def after(self) -> date:
        return self.spans[0].after

    @property
    def until(self) -> date:
        return self.spans[-1].until

    @property
    def cents(self) -> int:
        return interest_of(self.spans, self.rate_bp)


@dataclass(frozen=True, slots=True)
class Rates:
    """What was published for each half-year: the ECB's rate and the legal one between businesses."""

    ecb: HalfYears
    legal: HalfYears

    def on(self, day: date) -> int:
        """The rate of interest of a day."""
        return rate_of(_published(self.ecb, day), _published(self.legal, day))


def parts_of(spans: Iterable[Owed], rates: Rates) -> list[Part]:
    """The spans by rate, in order: a new part begins where the rate changes."""
    parts: list[Part] = []
    for span in (piece for whole in spans for piece in by_half_year(whole)):
        rate = rates.on(span.until)
        if parts and parts[-1].rate_bp == rate:
            parts[-1] = Part(rate, (*parts[-1].spans[:-1], *_joined(parts[-1].spans[-1], span)))
        else:
            parts.append(Part(rate, (span,)))
    return parts


def by_half_year(span: Owed) -> Iterator[Owed]:
    """The span cut after the last day of each half-year."""
    after = span.after
    for year in range(span.after.year, span.until.year + 1):
        for last in (date(year, 6, 30), date(year, 12, 31)):
            if after < last < span.until:
                yield Owed(span.cents, after, last)
                after = last
    if after < span.until:
        yield Owed(span.cents, after, span.until)


def interest_of(spans: Iterable[Owed], rate_bp: int) -> int:
    """The interest of several spans of one rate in cents, rounded half up once, on their sum."""
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


def _published(table: HalfYears, day: date) -> int:
    """What holds that day: of its half-year, else of the last one known before it, else of the first known."""
    wanted = (day.year, 1 if day.month < _JULY else 2)
    return table[max((half for half in table if half <= wanted), default=min(table))]


def _joined(left: Owed, right: Owed) -> tuple[Owed, ...]:
    """Two spans of one rate as one, when nothing but the half-year parts them."""
    if left.cents == right.cents and left.until == right.after:
        return (Owed(left.cents, left.after, right.until),)
    return left, right
