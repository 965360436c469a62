"""What a payer owes for a month: pure. Dated facts and what was billed go in, the lines of the next invoice come out.

A month is billed in advance. What changed since comes as differences: days billed that are no longer due are given back,
days due that were not billed are charged, at the price of their own day. Facts of the past are read `LOOK_BACK` months back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from billing.enums import ChargeKind
from billing.money import days_in_month, month_of, months_before, next_month, prorate
from billing.spans import FOREVER, Span, by_month, by_reason, clip, heights, minus

LOOK_BACK = 12


@dataclass(frozen=True, slots=True)
class PriceFact:
    """A price of a product: cents for one unit and month, on the days [valid_from, valid_until)."""

    id: int
    product: str
    version: int
    amount_cents: int
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class ItemFact:
    """A seat or an add-on on the days [starts_on, ends_on). `holder` is the practitioner's name, empty for an add-on."""

    id: int
    payer_id: int
    product: str
    starts_on: date
    ends_on: date | None = None
    practitioner_id: int | None = None
    holder: str = ""
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class AdjustmentFact:
    """An amount that somebody put on the next invoice, not on one yet."""

    id: int
    payer_id: int
    amount_cents: int
    label: str


@dataclass(frozen=True, slots=True)
class Billed:
    """Days of an item that an invoice charged (`sign` 1) or gave back (-1), at the price it named."""

    item_id: int
    price_id: int
    from_day: date
    until_day: date
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that decides the charges of some payers. `charged_from` None: the trial has not begun, all is free."""

    charged_from: date | None
    items: Sequence[ItemFact]
    prices: Sequence[PriceFact]
    pauses: Sequence[Span] = ()
    free: Sequence[Span] = ()
    adjustments: Sequence[AdjustmentFact] = ()


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of an invoice to come, within one month. Amounts before tax; a line given back is negative.

    `days` of `days_in_month` at `month_cents` explain the amount. Lines of kind free or pause worth nothing only explain.
    """

    payer_id: int
    kind: str
    from_day: date
    until_day: date
    net_cents: int
    item_id: int | None = None
    price_id: int | None = None
    adjustment_id: int | None = None
    product: str = ""
    holder: str = ""
    practitioner_id: int | None = None
    label: str = ""
    quantity: int = 1
    month_cents: int = 0
    detail: Mapping[str, int | str] = field(default_factory=dict)

    @property
    def days(self) -> int:
        return (self.until_day - self.from_day).days

    @property
    def last_day(self) -> date:
        return self.until_day - timedelta(days=1)

    @property
    def days_in_month(self) -> int:
        return days_in_month(self.from_day)

    @property
    def is_whole_month(self) -> bool:
        return self.days == self.days_in_month


def charges(facts: Facts, month: date, already_billed: Iterable[Billed] = ()) -> list[Charge]:
    """The lines that the invoices of `month` (its first day) hold, corrections of earlier months first.

    Raises LookupError when a day due has no price, or when a line billed names a price or an item that is not given.
    """
    window = Span(months_before(month, LOOK_BACK), next_month(month))
    billed: dict[int, list[Billed]] = defaultdict(list)
    for line in already_billed:
        billed[line.item_id].append(line)
    known = {item.id: item for item in facts.items}
    if unknown := billed.keys() - known.keys():
        raise LookupError(f"billed items that are not among the facts: {sorted(unknown)}")
    lines = [line for item in facts.items for line in _item_charges(facts, item, billed[item.id], window, month)]
    lines += _adjustments(facts, month)
    lines.sort(key=lambda line: (line.payer_id, line.adjustment_id or 0, month_of(line.from_day), line.holder))
    return lines


def monthly_cents(items: Iterable[ItemFact], prices: Sequence[PriceFact], day: date) -> int:
    """What the items of a day cost a whole month at the prices of that day: no trial, pause or offer taken off."""
    due = [item for item in items if item.starts_on <= day and (item.ends_on is None or day < item.ends_on)]
    return sum(price_on(prices, item.product, day).amount_cents * item.quantity for item in due)


def price_on(prices: Sequence[PriceFact], product: str, day: date) -> PriceFact:
    """The price of a product on a day. Raises LookupError when it has none."""
    for price in prices:
        if price.product == product and price.valid_from <= day and (not price.valid_until or day < price.valid_until):
            return price
    raise LookupError(f"no price of {product} on {day}")


def _item_charges(
    facts: Facts, item: ItemFact, billed: Sequence[Billed], window: Span, month: date
) -> Iterator[Charge]:
    held = clip(Span(item.starts_on, item.ends_on or FOREVER), window)
    apart = _apart(facts, item)
    level: dict[tuple[int, date], int] = defaultdict(int)
    for span in minus(held, apart):
        for price_id, since, until in _priced(facts.prices, item.product, span):
            level[price_id, since] += 1
            level[price_id, until] -= 1
    for line in billed:
        for span in clip(Span(line.from_day, line.until_day), window):
            level[line.price_id, span.since] -= line.sign
            level[line.price_id, span.until] += line.sign
    prices = {price.id: price for price in facts.prices}
    for price_id in sorted({price_id for price_id, _ in level}):
        steps = sorted((day, change) for (of, day), change in level.items() if of == price_id and change)
        for since, until, height in heights(steps):
            for part in by_month(Span(since, until)):
                yield from _differences(item, prices[price_id], part, height, apart)
    yield from _explanations(facts, item, held, apart, month)


def _explanations(
    facts: Facts, item: ItemFact, held: Sequence[Span], apart: Sequence[Span], month: date
) -> Iterator[Charge]:
    """Lines worth nothing that say why days of the month are not charged."""
    for part in (part for span in held for part in clip(span, Span(month, next_month(month)))):
        for piece in by_reason(part, apart):
            if piece.reason:
                yield _charge(item, price_on(facts.prices, item.product, piece.since), piece.reason, piece, 0)


def _apart(facts: Facts, item: ItemFact) -> list[Span]:
    """Days that are not charged and why: pauses first, then what is offered, the trial included."""
    mine = (None, item.practitioner_id)
    paused = [span._replace(reason=ChargeKind.PAUSE) for span in facts.pauses if span.practitioner_id in mine]
    offered = [span._replace(reason=ChargeKind.FREE) for span in facts.free if span.practitioner_id in mine]
    return [*paused, *offered, Span(date.min, facts.charged_from or FOREVER, reason=ChargeKind.FREE)]


def _differences(item: ItemFact, price: PriceFact, part: Span, height: int, apart: Sequence[Span]) -> Iterator[Charge]:
    """The lines of days that differ: charged when `height` is positive, given back when it is negative."""
    for piece in by_reason(part, apart) if height < 0 else [part]:
        amount = prorate(price.amount_cents * item.quantity, piece.since, piece.until)
        if height < 0:
            kind = piece.reason or ChargeKind.CREDIT
        else:
            kind = (
                ChargeKind.NORMAL
                if (piece.until - piece.since).days == days_in_month(piece.since)
                else ChargeKind.PRORATION
            )
        for _ in range(abs(height)):
            yield _charge(item, price, kind, piece, amount if height > 0 else -amount)


def _charge(item: ItemFact, price: PriceFact, kind: str, piece: Span, net: int) -> Charge:
    month_cents = price.amount_cents * item.quantity
    return Charge(
        payer_id=item.payer_id,
        kind=str(kind),
        from_day=piece.since,
        until_day=piece.until,
        net_cents=net,
        item_id=item.id,
        price_id=price.id,
        product=item.product,
        holder=item.holder,
        practitioner_id=item.practitioner_id,
        quantity=item.quantity,
        month_cents=month_cents,
        detail={
            "days": (piece.until - piece.since).days,
            "days_in_month": days_in_month(piece.since),
            "month_cents": month_cents,
        },
    )


def _priced(prices: Sequence[PriceFact], product: str, span: Span) -> Iterator[tuple[int, date, date]]:
    """The days of a span by the price they are charged at."""
    day = span.since
    while day < span.until:
        price = price_on(prices, product, day)
        until = min(span.until, price.valid_until or FOREVER)
        yield price.id, day, until
        day = until


def _adjustments(facts: Facts, month: date) -> list[Charge]:
    return [
        Charge(
            payer_id=fact.payer_id,
            kind=str(ChargeKind.ADJUSTMENT),
            from_day=month,
            until_day=next_month(month),
            net_cents=fact.amount_cents,
            adjustment_id=fact.id,
            label=fact.label,
        )
        for fact in facts.adjustments
    ]
