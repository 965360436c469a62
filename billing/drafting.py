"""From charges to the paper of an invoice or of credit notes: pure. The words of a paper are French, as its law is.

A month whose lines sum to less than nothing becomes credit notes, each on an invoice that has room for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from billing.paper import CREDIT_NOTE, INVOICE, Line, Mention, Paper, Party, totals_of
from billing.vat import VatRule

_DAY = timedelta(days=1)
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
# What a line begins with, by kind of charge.
_BEFORE = {"credit": "Déduction : ", "free": "Offert : ", "pause": "Pause : "}
_EXPLAINS = ("free", "pause")
# A line of a credit note that gives money back, and no days: the next run leaves it out of its reckoning.
GESTURE = "gesture"
_REASON = "Jours facturés qui ne sont plus dus"


@dataclass(frozen=True, slots=True)
class Charged:
    """What a line needs to know of a charge of `billing.charges`, with its product by name."""

    kind: str
    from_day: date
    until_day: date
    net_cents: int
    name: str
    holder: str = ""
    label: str = ""
    quantity: int = 1
    item_id: int | None = None
    price_id: int | None = None
    adjustment_id: int | None = None
    detail: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Billable:
    """An issued invoice as a credit note sees it: what of it is left to credit, by rate, and the items it billed."""

    id: int
    reference: str
    issue_date: date
    room: Mapping[int, int]
    spans: Sequence[tuple[int, date, date]] = ()

    def billed(self, line: Line) -> bool:
        """Whether it charged days of this line's item."""
        return any(
            item == line.item_id and start < line.period_end and line.period_start < end
            for item, start, end in self.spans
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper to issue, and the rows it belongs to."""

    payer_id: int
    practice_id: int
    paper: Paper
    corrects_id: int | None = None
    run_id: int | None = None


def lines_of(charges: Iterable[Charged], rate: int) -> list[Line]:
    """The lines of charges, in their order. Those worth nothing explain, and bill no item."""
    return [_line(charge, rate) for charge in charges]


def paper_of(
    lines: Sequence[Line],
    *,
    seller: Party,
    buyer: Party,
    vat: VatRule,
    mentions: Sequence[Mention],
    method: str = "transfer",
    purchase_order: str = "",
) -> Paper:
    """The invoice of some lines; its period reaches from their first day to their last."""
    return Paper(
        kind=INVOICE,
        seller=seller,
        buyer=buyer,
        lines=tuple(lines),
        totals=totals_of(lines, {0: vat.exemption}),
        period_start=min(line.period_start for line in lines),
        period_end=max(line.period_end for line in lines),
        mentions=tuple(mentions),
        method=method,
        purchase_order=purchase_order,
    )


def credit_papers(invoice: Paper, billables: Sequence[Billable]) -> list[tuple[Paper, int]]:
    """The credit notes that give back a paper of negative sum, each with the id of the invoice it corrects.

    Lines that give days back go to the invoice that billed them, the others to the one that credits most; a credit note
    whose invoice has no room left goes to the latest that has. An empty list: no invoice can take it.
    """
    groups: dict[int, list[Line]] = {}
    homeless: list[Line] = []
    for line in invoice.lines:
        home = next((one.id for one in billables if line.net_cents < 0 and one.billed(line)), None)
        if home is None:
            homeless.append(line)
        else:
            groups.setdefault(home, []).append(line)
    if homeless:
        fallback = min(groups, key=lambda one: sum(line.net_cents for line in groups[one]), default=None)
        if fallback is None and billables:
            fallback = billables[0].id
        if fallback is None:
            return []
        groups.setdefault(fallback, []).extend(homeless)
    groups = _giving(groups)
    known = {one.id: one for one in billables}
    left = {one.id: dict(one.room) for one in billables}
    papers = []
    for home, lines in groups.items():
        turned = [replace(line, quantity=-line.quantity) for line in lines]
        found = next((one for one in (home, *known) if _fits(turned, left[one])), None)
        if found is None:
            return []
        for line in turned:
            left[found][line.vat_rate] = left[found].get(line.vat_rate, 0) - line.net_cents
        papers.append((_credit_paper(invoice, turned, known[found]), found))
    return papers


def _giving(groups: Mapping[int, list[Line]]) -> dict[int, list[Line]]:
    """The groups that give something back; what charges as much as it gives, or more, is set against the one that gives most."""
    best = min(groups, key=lambda one: sum(line.net_cents for line in groups[one]))
    giving: dict[int, list[Line]] = {best: []}
    for home, lines in groups.items():
        giving.setdefault(home if sum(line.net_cents for line in lines) < 0 else best, []).extend(lines)
    return giving


def _fits(lines: Sequence[Line], room: Mapping[int, int]) -> bool:
    sums: dict[int, int] = {}
    for line in lines:
        sums[line.vat_rate] = sums.get(line.vat_rate, 0) + line.net_cents
    return sum(sums.values()) > 0 and all(0 <= value <= room.get(rate, 0) for rate, value in sums.items())


def _credit_paper(invoice: Paper, lines: Sequence[Line], on: Billable) -> Paper:
    exemptions = {total.rate: total.exemption for total in invoice.totals}
    return replace(
        invoice,
        kind=CREDIT_NOTE,
        lines=tuple(lines),
        totals=totals_of(lines, exemptions),
        period_start=min(line.period_start for line in lines),
        period_end=max(line.period_end for line in lines),
        corrects=(on.reference, on.issue_date),
        reason=_REASON,
    )


def _line(charge: Charged, rate: int) -> Line:
    explains = charge.net_cents == 0 and charge.kind in _EXPLAINS
    sign = -1 if charge.net_cents < 0 else 1
    pieces = charge.quantity if charge.net_cents % charge.quantity == 0 else 1
    return Line(
        label=_label(charge),
        quantity=sign * pieces,
        unit_cents=abs(charge.net_cents) // pieces,
        vat_rate=rate,
        period_start=charge.from_day,
        period_end=charge.until_day,
        kind=charge.kind,
        item_id=None if explains else charge.item_id,
        price_id=None if explains else charge.price_id,
        adjustment_id=charge.adjustment_id,
        detail=dict(charge.detail or {}),
    )


def _label(charge: Charged) -> str:
    if charge.adjustment_id is not None:
        return charge.label
    what = f"{charge.name} – {charge.holder}" if charge.holder else (charge.label or charge.name)
    return f"{_BEFORE.get(charge.kind, '')}{what}, {period_text(charge.from_day, charge.until_day)}"[:300]


def period_text(start: date, end: date) -> str:
    """Half-open days in French: « mars 2026 », « du 15 au 31 mars 2026 (17 jours sur 31) », « le 3 mars 2026 »."""
    last = end - _DAY
    length = ((start.replace(day=28) + timedelta(days=4)).replace(day=1) - start.replace(day=1)).days
    if (start.year, start.month) != (last.year, last.month):
        return f"du {_day(start)} au {_day(last)}"
    month = f"{_MONTHS[start.month - 1]} {start.year}"
    days = (end - start).days
    if days == length:
        return month
    share = f"({days} jour{'s' if days > 1 else ''} sur {length})"
    if start == last:
        return f"le {_day(start)} {share}"
    return f"du {start.day if start.day > 1 else '1er'} au {last.day} {month} {share}"


def _day(day: date) -> str:
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"
