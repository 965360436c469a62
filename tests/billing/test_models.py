"""What the database itself refuses about catalogue, payers and subscriptions."""

from datetime import date

import pytest
from django.db import Error, IntegrityError

from billing.enums import ProductKind, SubscriptionState, Unit
from billing.models import Payer, Price, Product, Subscription, SubscriptionEvent
from tests.factories import PracticeFactory

pytestmark = pytest.mark.django_db


def test_payer_account_is_drawn_by_the_database():
    practice = PracticeFactory()

    first, second = (Payer.objects.create(practice=practice, name=name) for name in ("Un", "Deux"))

    assert first.account != second.account
    assert [len(account) for account in (first.account, second.account)] == [7, 7]
    assert first.account == f"C{int(first.account[1:]):06d}"


def test_price_overlapping_another_is_refused():
    product = Product.objects.create(code="x", kind=ProductKind.PLAN, unit=Unit.SEAT, name="X", name_en="X")
    Price.objects.create(product=product, version=1, amount_cents=8900, valid_from=date(2026, 1, 1))

    with pytest.raises(IntegrityError, match="billing_price_one_a_day"):
        Price.objects.create(product=product, version=2, amount_cents=9900, valid_from=date(2027, 1, 1))


def test_history_refuses_to_be_changed_or_removed():
    practice = PracticeFactory()
    subscription = Subscription.objects.create(practice=practice, started_on=date(2026, 1, 1))
    event = SubscriptionEvent.objects.create(
        subscription=subscription, kind="subscribe", to_state=SubscriptionState.TRIALING, on_day=date(2026, 1, 1)
    )

    with pytest.raises(Error, match="append-only"):
        SubscriptionEvent.objects.filter(pk=event.pk).update(kind="other")
