"""Writing seats and options as dated facts: what stands at a day is closed, what follows is taken back, the new one opens."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q

from billing.enums import ProductKind
from billing.exceptions import BillingRefusal
from billing.models import Payer, Product, Subscription, SubscriptionItem


def product_of(code: str, kind: ProductKind, day: date) -> Product:
    """A plan or an option on sale that day. Raises `plan_unknown` or `addon_unknown`."""
    offered = Product.objects.filter(Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day), code=code, kind=kind)
    found = offered.filter(
        Q(prices__valid_until__isnull=True) | Q(prices__valid_until__gt=day), prices__valid_from__lte=day
    ).first()
    if found is None:
        raise BillingRefusal("plan_unknown" if kind == ProductKind.PLAN else "addon_unknown")
    return found


def rewrite(
    subscription: Subscription,
    day: date,
    *,
    product: Product | None,
    payer: Payer | None = None,
    practitioner_id: int | None = None,
    quantity: int = 1,
    addon: Product | None = None,
    keep_end: bool = False,
) -> SubscriptionItem | None:
    """From `day` on, the seat of a practitioner, or the option `addon`, is on this product and payer; `product` None ends it.

    What was planned later is taken back, but for a planned end with `keep_end`. Saying again what stands changes nothing.
    """
    line = SubscriptionItem.objects.filter(subscription=subscription)
    if addon is None:
        line = line.filter(kind=ProductKind.PLAN, practitioner=practitioner_id)
    else:
        line = line.filter(product=addon, practitioner__isnull=True)
    followed = line.filter(starts_on__gt=day).exclude(ends_on=F("starts_on"))
    later_end = None if followed.exists() else line.filter(ends_on__gt=day).values_list("ends_on", flat=True).first()
    until = later_end if keep_end else None
    wanted = (product.pk, payer.pk, quantity) if product is not None and payer is not None else None
    kept = None
    # The one that begins on the day itself, then the one it stands after: the first that says the same goes on.
    before = line.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lt=day)
    for item in (*line.filter(starts_on=day).exclude(ends_on=F("starts_on")), *before):
        if kept is None and (item.product_id, item.payer_id, item.quantity) == wanted:
            kept = item
        else:
            item.ends_on = day
            item.save(update_fields=["ends_on"])
    followed.update(ends_on=F("starts_on"))
    if kept is not None:
        kept.ends_on = until
        kept.save(update_fields=["ends_on"])
        return kept
    if product is None or payer is None:
        return None
    return SubscriptionItem.objects.create(
        subscription=subscription,
        product=product,
        kind=product.kind,
        practitioner_id=practitioner_id,
        payer=payer,
        quantity=quantity,
        starts_on=day,
        ends_on=until,
    )


def standing_seat(subscription: Subscription, practitioner_id: int, day: date) -> SubscriptionItem:
    """The seat of a practitioner on a day. Raises `seat_absent`."""
    seats = SubscriptionItem.objects.filter(subscription=subscription, practitioner=practitioner_id, starts_on__lte=day)
    found = seats.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), kind=ProductKind.PLAN)
    row = found.select_related("product", "payer").first()
    if row is None:
        raise BillingRefusal("seat_absent")
    return row


def end_all(subscription: Subscription, day: date) -> None:
    """Nothing is charged from `day` on."""
    items = SubscriptionItem.objects.filter(subscription=subscription)
    items.filter(starts_on__gte=day).exclude(ends_on=F("starts_on")).update(ends_on=F("starts_on"))
    items.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lt=day).update(ends_on=day)
