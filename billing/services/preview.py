"""What a change would put on the next invoice, before it is made: it is made for real, read, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F

from billing.charges import Charge
from billing.days import today
from billing.models import Payer, Product, Subscription, SubscriptionItem
from billing.selectors.charges import charges_for
from billing.selectors.subscription import Totals, month_of_items, month_to_bill
from billing.vat import vat_cents, vat_rule


@dataclass(frozen=True, slots=True)
class Line:
    """One line to come, with its product by name. `is_new`: it would not be there without the change."""

    charge: Charge
    product: Product | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class Bill:
    """The next invoice of one payer."""

    payer: Payer
    lines: Sequence[Line]
    totals: Totals


@dataclass(frozen=True, slots=True)
class Preview:
    """The next invoices as they would be, and a whole month before and after."""

    month: date
    bills: Sequence[Bill]
    before: Totals
    after: Totals


def preview(*, subscription: Subscription, act: Callable[[], object], on: date | None = None) -> Preview:
    """Do `act`, read what it leads to, and leave no trace of it. Raises what `act` refuses.

    `on`: the day from which the change counts, for the price of a month after it.
    """
    month = month_to_bill(today())
    with transaction.atomic():
        before = charges_for(_payers(subscription), month)
        whole = _month(subscription, today())
        act()
        payers = _payers(subscription)
        after = charges_for(payers, month)
        changed = _month(subscription, max(on or today(), today()))
        transaction.set_rollback(True)
    names = {product.code: product for product in Product.objects.all()}
    bills = [_bill(payer, after[payer.pk], before.get(payer.pk, []), names) for payer in payers if after[payer.pk]]
    return Preview(month, bills, whole, changed)


def next_bills(subscription: Subscription) -> list[Bill]:
    """The next invoice of each payer as things stand."""
    payers = _payers(subscription)
    found = charges_for(payers, month_to_bill(today()))
    names = {product.code: product for product in Product.objects.all()}
    return [_bill(payer, found[payer.pk], found[payer.pk], names) for payer in payers if found[payer.pk]]


def _payers(subscription: Subscription) -> list[Payer]:
    return list(Payer.objects.filter(practice=subscription.practice_id).order_by("-is_default", "pk"))


def _month(subscription: Subscription, day: date) -> Totals:
    rows = SubscriptionItem.objects.filter(subscription=subscription).exclude(ends_on=F("starts_on"))
    return month_of_items(rows.select_related("product", "payer", "practitioner"), day)


def _bill(payer: Payer, charges: Sequence[Charge], before: Sequence[Charge], names: dict[str, Product]) -> Bill:
    known = {_said(charge) for charge in before}
    lines = [Line(charge, names.get(charge.product), _said(charge) not in known) for charge in charges]
    net = sum(charge.net_cents for charge in charges)
    return Bill(payer, lines, Totals(net, vat_cents(net, vat_rule(payer.territory).rate)))


def _said(charge: Charge) -> tuple[object, ...]:
    """What a line says, whatever the row it comes from."""
    return (charge.kind, charge.product, charge.holder, charge.from_day, charge.until_day, charge.net_cents)
