"""The facts of payers read from their rows, and what they owe for a month: a fixed number of statements for any number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db.models import Exists, OuterRef, Q

from billing.charges import LOOK_BACK, AdjustmentFact, Billed, Charge, Facts, ItemFact, PriceFact, charges
from billing.drafting import GESTURE
from billing.models import (
    Adjustment,
    FreePeriod,
    InvoiceLine,
    Pause,
    Payer,
    Price,
    Subscription,
    SubscriptionItem,
)
from billing.money import month_of, months_before
from billing.spans import FOREVER, Span


def charges_of(payer: Payer, month: date) -> list[Charge]:
    """What one payer owes on the invoice of `month`, corrections of earlier months included."""
    return charges_for([payer], month)[payer.pk]


def charges_for(payers: Iterable[Payer], month: date) -> dict[int, list[Charge]]:
    """The same for many payers, by their id: seven statements, however many there are."""
    ids = [payer.pk for payer in payers]
    month = month_of(month)
    billed = _billed(ids, month)
    # An item may have ended before the window that a month billed ahead lies in.
    named = {line.item_id for lines in billed.values() for line in lines}
    return {pk: charges(facts, month, billed.get(pk, ())) for pk, facts in facts_of(ids, month, named).items()}


def facts_of(payer_ids: Iterable[int], month: date, named: Collection[int] = ()) -> dict[int, Facts]:
    """The facts of each payer as `billing.charges` reads them, the items `named` among them whenever they ended; a payer
    without any has empty ones."""
    ids = list(payer_ids)
    since = months_before(month, LOOK_BACK)
    items, owners = _items(ids, since, named)
    prices = price_facts()
    subscriptions = {row.pk: row for row in Subscription.objects.filter(pk__in=set(owners.values()))}
    pauses = _spans(Pause, subscriptions)
    free = _spans(FreePeriod, subscriptions)
    adjustments = _adjustments(ids)
    found = {}
    for pk in ids:
        owner = owners.get(pk, 0)
        subscription = subscriptions.get(owner)
        found[pk] = Facts(
            charged_from=subscription.trial_ends_on if subscription else None,
            items=items.get(pk, ()),
            prices=prices,
            pauses=pauses.get(owner, ()),
            free=free.get(owner, ()),
            adjustments=adjustments.get(pk, ()),
        )
    return found


def price_facts() -> list[PriceFact]:
    """Every price ever, some tens of rows."""
    rows = Price.objects.order_by("pk").values_list(
        "pk", "product__code", "version", "amount_cents", "valid_from", "valid_until"
    )
    return [PriceFact(*row) for row in rows]


def item_fact(item: SubscriptionItem) -> ItemFact:
    """One item as the engine reads it; its product and practitioner are read already."""
    return ItemFact(
        id=item.pk,
        payer_id=item.payer_id,
        product=item.product.code,
        starts_on=item.starts_on,
        ends_on=item.ends_on,
        practitioner_id=item.practitioner_id,
        holder=item.practitioner.display_name if item.practitioner else "",
        quantity=item.quantity,
    )


def _items(ids: list[int], since: date, named: Collection[int]) -> tuple[Mapping[int, list[ItemFact]], dict[int, int]]:
    """The items of each payer that touch the window or are named, and the subscription they belong to (one for a payer)."""
    touching = Q(ends_on__isnull=True) | Q(ends_on__gte=since) | Q(pk__in=list(named))
    recent = SubscriptionItem.objects.filter(touching, payer__in=ids)
    items: dict[int, list[ItemFact]] = defaultdict(list)
    owners: dict[int, int] = {}
    for row in recent.select_related("product", "practitioner").order_by("starts_on", "pk"):
        items[row.payer_id].append(item_fact(row))
        owners[row.payer_id] = row.subscription_id
    return items, owners


def _spans(model: type[Pause] | type[FreePeriod], subscriptions: Iterable[int]) -> Mapping[int, list[Span]]:
    spans: dict[int, list[Span]] = defaultdict(list)
    for row in model._default_manager.filter(subscription__in=list(subscriptions)).order_by("pk"):
        who = row.practitioner_id if isinstance(row, Pause) else None
        spans[row.subscription_id].append(Span(row.starts_on, row.ends_on or FOREVER, who))
    return spans


def _adjustments(ids: list[int]) -> Mapping[int, list[AdjustmentFact]]:
    """Those that no line of an invoice names yet."""
    found: dict[int, list[AdjustmentFact]] = defaultdict(list)
    spent = InvoiceLine.objects.filter(adjustment=OuterRef("pk"))
    waiting = Adjustment.objects.filter(~Exists(spent), payer__in=ids, withdrawn_at__isnull=True)
    for row in waiting.order_by("pk"):
        found[row.payer_id].append(AdjustmentFact(row.pk, row.payer_id, row.amount_cents, row.label))
    return found


def _billed(ids: list[int], month: date) -> Mapping[int, list[Billed]]:
    """The days that issued invoices charged and gave back within the window, by payer."""
    lines = InvoiceLine.objects.filter(
        invoice__issued_at__isnull=False,
        item__payer__in=ids,
        price__isnull=False,
        period_start__gte=months_before(month, LOOK_BACK),
    ).exclude(Q(net_cents=0) | Q(kind=GESTURE))
    found: dict[int, list[Billed]] = defaultdict(list)
    columns = ("item__payer_id", "item_id", "price_id", "period_start", "period_end", "net_cents", "invoice__kind")
    for payer, item, price, start, end, net, kind in lines.order_by("pk").values_list(*columns):
        charged = (net > 0) == (kind == "invoice")
        found[payer].append(Billed(item, price, start, end, 1 if charged else -1))
    return found
