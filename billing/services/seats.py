"""Seats and options: added, removed, put on another plan or another payer, each from a day on."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import F

from billing.enums import ProductKind
from billing.exceptions import BillingRefusal
from billing.models import Product, Subscription, SubscriptionItem
from billing.selectors.seats import holders_of
from billing.services._items import product_of, rewrite, standing_seat
from billing.services._subscription import day_of_change, locked, require_running, write
from billing.services.payers import payer_for
from billing.services.settling import give_back_soon
from core.access import Actor
from core.exceptions import NotForYou
from practitioners.models import Practitioner

MOST = 50


@transaction.atomic
def add_seat(
    *,
    actor: Actor,
    subscription: UUID,
    practitioner: UUID,
    plan: str,
    payer: UUID | None = None,
    on: date | None = None,
    expected_revision: int | None = None,
) -> SubscriptionItem:
    """Give a practitioner of the practice a seat. A removal that was planned is taken back.

    Raises NotForYou (the practitioner of another practice too), `not_subscribed`, `ending`, `plan_unknown`, `seat_taken`,
    `changed_meanwhile`, those of the day and of payers.
    """
    row = locked(actor, subscription, expected_revision=expected_revision)
    require_running(row)
    day = day_of_change(actor, on)
    person = _holder(row, practitioner)
    kept = SubscriptionItem.objects.filter(subscription=row, practitioner=person, kind=ProductKind.PLAN)
    if kept.filter(starts_on__lte=day, ends_on__isnull=True).exists():
        raise BillingRefusal("seat_taken")
    product, payers = product_of(plan, ProductKind.PLAN, day), payer_for(actor, row.practice_id, payer)
    item = rewrite(row, day, product=product, payer=payers, practitioner_id=person.pk)
    write(actor, row, "add_seat", on=day, practitioner=person.uid, plan=plan, payer=payers.uid)
    return _known(item)


@transaction.atomic
def remove_seat(
    *,
    actor: Actor,
    subscription: UUID,
    practitioner: UUID,
    on: date | None = None,
    expected_revision: int | None = None,
) -> None:
    """Take a seat back from a day on; the last one is left by cancelling.

    Raises NotForYou, `not_subscribed`, `ending`, `seat_absent`, `last_seat`, `changed_meanwhile` and those of the day.
    """
    row = locked(actor, subscription, expected_revision=expected_revision)
    require_running(row)
    day = day_of_change(actor, on)
    # Somebody who left the practice still holds a seat until it is removed.
    person = Practitioner.objects.filter(uid=practitioner, seats__subscription=row).distinct().first()
    if person is None:
        raise NotForYou
    standing_seat(row, person.pk, day)
    others = SubscriptionItem.objects.filter(subscription=row, kind=ProductKind.PLAN).exclude(practitioner=person)
    if not others.exclude(ends_on__lte=day).exclude(ends_on=F("starts_on")).exists():
        raise BillingRefusal("last_seat")
    rewrite(row, day, product=None, practitioner_id=person.pk)
    write(actor, row, "remove_seat", on=day, practitioner=person.uid)


@transaction.atomic
def change_plan(
    *,
    actor: Actor,
    subscription: UUID,
    practitioner: UUID,
    plan: str,
    on: date | None = None,
    expected_revision: int | None = None,
) -> SubscriptionItem:
    """Put a seat on another plan from a day on; the days billed at the old one are given back on the next invoice.

    Raises NotForYou, `not_subscribed`, `ending`, `seat_absent`, `plan_unknown`, `changed_meanwhile` and those of the day.
    """
    row = locked(actor, subscription, expected_revision=expected_revision)
    require_running(row)
    day = day_of_change(actor, on)
    person = _holder(row, practitioner)
    seat = standing_seat(row, person.pk, day)
    product = product_of(plan, ProductKind.PLAN, day)
    item = rewrite(row, day, product=product, payer=seat.payer, practitioner_id=person.pk, keep_end=True)
    if item is None or item.pk != seat.pk:
        write(actor, row, "change_plan", on=day, practitioner=person.uid, plan=plan, plan_before=seat.product.code)
    return _known(item)


@transaction.atomic
def change_payer(
    *,
    actor: Actor,
    subscription: UUID,
    practitioner: UUID,
    payer: UUID,
    on: date | None = None,
    expected_revision: int | None = None,
) -> SubscriptionItem:
    """Have somebody else pay a seat from a day on: days billed to the one before are given back, and charged to the new one.

    Raises NotForYou, `not_subscribed`, `ending`, `seat_absent`, `payer_closed`, `changed_meanwhile` and those of the day.
    """
    row = locked(actor, subscription, expected_revision=expected_revision)
    require_running(row)
    day = day_of_change(actor, on)
    person = _holder(row, practitioner)
    seat = standing_seat(row, person.pk, day)
    payers = payer_for(actor, row.practice_id, payer)
    item = rewrite(row, day, product=seat.product, payer=payers, practitioner_id=person.pk, keep_end=True)
    if item is None or item.pk != seat.pk:
        write(
            actor, row, "change_payer", on=day, practitioner=person.uid, payer=payers.uid, payer_before=seat.payer.uid
        )
        give_back_soon(row)
    return _known(item)


@transaction.atomic
def set_addon(
    *,
    actor: Actor,
    subscription: UUID,
    addon: str,
    quantity: int,
    payer: UUID | None = None,
    on: date | None = None,
    expected_revision: int | None = None,
) -> SubscriptionItem | None:
    """Have so many of an option from a day on; none at all with 0.

    Raises NotForYou, `not_subscribed`, `ending`, `addon_unknown`, `quantity_wrong`, `changed_meanwhile` and those of the
    day and of payers.
    """
    row = locked(actor, subscription, expected_revision=expected_revision)
    require_running(row)
    if not 0 <= quantity <= MOST:
        raise BillingRefusal("quantity_wrong")
    day = day_of_change(actor, on)
    if quantity == 0:
        product = Product.objects.filter(code=addon, kind=ProductKind.ADDON).first()
        if product is None:
            raise BillingRefusal("addon_unknown")
        rewrite(row, day, product=None, addon=product)
        item = None
    else:
        product = product_of(addon, ProductKind.ADDON, day)
        payers = payer_for(actor, row.practice_id, payer)
        item = rewrite(row, day, product=product, payer=payers, quantity=quantity, addon=product)
    write(actor, row, "set_addon", on=day, addon=addon, quantity=quantity)
    return item


def _holder(subscription: Subscription, practitioner: UUID) -> Practitioner:
    found = holders_of(subscription.practice_id, [practitioner])
    if not found:
        raise NotForYou
    return found[0]


def _known(item: SubscriptionItem | None) -> SubscriptionItem:
    if item is None:
        raise RuntimeError("a seat with a plan and a payer is a row")
    return item
