"""Money and subscriptions at the same second: an invoice is paid once, a practice subscribes once."""

from threading import Barrier

import pytest
from django.db.models import Sum

from billing.days import today
from billing.models import Allocation, Payment, Subscription, SubscriptionItem
from billing.selectors.balance import left_cents, open_cents
from billing.services import _money, posting, subscribing
from billing.services.payments import record_payment
from practitioners.models import Practice
from tests.billing.payments.rows import an_invoice, staff
from tests.billing.world import make_world
from tests.concurrency.rivals import outcomes, race

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
RIVALS = 6


def pay(actor, invoice, cents=10_680):
    return lambda: record_payment(
        actor=actor, payer=invoice.payer.uid, amount_cents=cents, received_on=today(), invoice=invoice.uid
    )


def test_payments_recorded_at_once_pay_an_invoice_once_and_keep_the_rest():
    invoice, actor = an_invoice(), staff()
    posting.post_invoice(actor=actor, invoice=invoice)

    found = outcomes(race([pay(actor, invoice)] * RIVALS))

    assert found == {"ok": RIVALS}
    assert open_cents(invoice) == 0
    assert Allocation.objects.live().filter(invoice=invoice).aggregate(cents=Sum("amount_cents"))["cents"] == 10_680
    assert sorted(left_cents(one) for one in Payment.objects.all()) == [0] + [10_680] * (RIVALS - 1)


def test_without_the_lock_of_the_payer_an_invoice_is_paid_twice(monkeypatch):
    invoice, actor = an_invoice(), staff()
    both_have_paid = Barrier(2)
    monkeypatch.setattr(_money, "lock_payers", lambda _ids: None)
    # The books have a lock of their own, which would hide the fault.
    monkeypatch.setattr(_money.posting, "post_payment", lambda **_given: None)
    monkeypatch.setattr(_money, "after_allocation", lambda _actor, _invoice: both_have_paid.wait(20))

    found = outcomes(race([pay(actor, invoice)] * 2))

    assert found == {"ok": 2}
    assert open_cents(invoice) == -10_680


def test_subscribing_at_once_engages_a_practice_once():
    world = make_world()

    found = outcomes(race([world.subscribe] * 4))

    assert found == {"ok": 1, "already_subscribed": 3}
    assert Subscription.objects.filter(practice=world.practice).count() == 1
    assert SubscriptionItem.objects.filter(subscription__practice=world.practice).count() == 1


def test_without_the_lock_of_the_practice_both_believe_that_it_has_not_subscribed(monkeypatch):
    world = make_world()
    both_have_read = Barrier(2)
    reading = subscribing._subscription_of

    def read_then_wait(practice):
        found = reading(practice)
        both_have_read.wait(20)
        return found

    monkeypatch.setattr(subscribing, "_subscription_of", read_then_wait)
    monkeypatch.setattr(Practice.objects, "select_for_update", lambda **_given: Practice.objects.all(), raising=False)

    found = outcomes(race([world.subscribe] * 2))

    # What is left to refuse is the constraint: an error instead of an answer.
    assert found == {"ok": 1, "IntegrityError": 1}
