"""Case 69: the payment webhook replayed, out of order, forged; and cards from the recording to the books."""

import itertools
import json
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.doubles.stripe_service import StripeDouble, serving, signed
from billing.enums_payment import CardState, PaymentState, RefundState
from billing.models import Entry, GatewayEvent, Payment, SavedCard
from billing.payment_states import Standing, folded, refund_after
from billing.selectors.balance import left_cents, open_cents
from billing.services.cards import charge_card, charge_payer, finish_card, pay_by_card, remove_card, start_card
from billing.services.gateway_events import handle_event
from billing.services.refunds import give_back, refund
from core.jobs import run
from core.models import Job
from notifications.models import Message
from tests.billing.invoices.rows import a_payer
from tests.billing.payments.rows import an_invoice, staff
from tests.billing.payments.test_debits import owner_of

SECRET = "whsec_" + "t" * 40
DOOR = "/webhooks/stripe/"
KINDS = (
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.canceled",
    "charge.dispute.created",
    "charge.dispute.closed",
    "customer.created",
)


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.booleans()), max_size=8), st.randoms())
def test_any_order_and_repetition_of_events_gives_one_standing(events, chance):
    once = folded(events)
    shuffled = [*events, *events, *chance.sample(events, len(events))]
    chance.shuffle(shuffled)
    assert folded(shuffled) == once
    assert folded(events, once) == once


@given(st.lists(st.sampled_from(["succeeded", "failed", "pending", "canceled", "?"]), max_size=6), st.randoms())
def test_refund_ends_the_same_in_any_order(words, chance):
    def ended(told):
        state = RefundState.ASKED
        for word in told:
            state = refund_after(state, word)
        return state

    shuffled = [*words, *words]
    chance.shuffle(shuffled)
    assert ended(shuffled) == ended(words)


def test_standing_of_some_stories():
    assert folded([(KINDS[1], False), (KINDS[0], False)]).state == PaymentState.SETTLED
    assert folded([(KINDS[0], False), (KINDS[1], False)]).state == PaymentState.SETTLED
    assert folded([(KINDS[5], True), (KINDS[0], False)]) == Standing(PaymentState.RETURNED, disputed=True)
    assert folded([(KINDS[5], False), (KINDS[0], False)]).state == PaymentState.SETTLED


@pytest.fixture(scope="module")
def served():
    with serving(StripeDouble()) as double:
        yield double


@pytest.fixture
def double(served, settings):
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API, settings.STRIPE_WEBHOOK_SECRET = served.key, served.api, SECRET
    settings.STRIPE_IS_DOUBLE = True
    return served


@pytest.fixture
def card(db, double):
    payer = a_payer()
    owner = owner_of(payer)
    started = start_card(actor=owner, payer=payer.uid, back="http://testserver/{uid}/")
    assert str(started.uid) in double.type_card(started.setup_ref, "pm_card_visa")
    return finish_card(actor=owner, card=started.uid)


def tell(client, event, secret=SECRET, at=None, header=None):
    body = json.dumps(event).encode()
    seal = signed(body, secret, at) if header is None else header
    return client.post(DOOR, body, content_type="application/json", headers={"Stripe-Signature": seal}).status_code


def handled():
    """Runs the jobs of events that wait; their outcomes in order."""
    while job := Job.objects.filter(kind="billing.handle_event", state="pending").order_by("pk").first():
        assert run(job.pk).state == "done"
    return list(GatewayEvent.objects.order_by("pk").values_list("outcome", flat=True))


def asked(card):
    """A payment that the service was not asked for yet."""
    invoice = an_invoice(card.payer)
    return invoice, pay_by_card(actor=owner_of(card.payer), invoice=invoice.uid)


def intent(payment, name="pi_1", **more):
    return {
        "id": name, "object": "payment_intent", "amount": payment.amount_cents, "currency": "eur",
        "metadata": {"payment": str(payment.uid)}, "created": int(time.time()), **more,
    }  # fmt: skip


def test_card_is_kept_and_pays_an_invoice(card):
    assert (card.state, card.brand, card.last4, card.payer.method) == (CardState.ACTIVE, "visa", "4242", "transfer")
    card.payer.refresh_from_db()
    assert card.payer.method == "card"
    invoice, payment = asked(card)

    charge_card(payment_id=payment.pk)
    charge_card(payment_id=payment.pk)

    payment.refresh_from_db()
    assert (payment.state, open_cents(invoice), left_cents(payment)) == ("settled", 0, 0)
    assert Entry.objects.filter(source="payment").count() == 1


def test_case_69_event_before_the_answer_and_replayed_settles_once(client, card, double):
    invoice, payment = asked(card)
    event = double.event("payment_intent.succeeded", intent(payment))

    assert [tell(client, event) for _ in range(3)] == [200, 200, 200]
    assert handled() == ["settled"]
    handle_event(event_id=GatewayEvent.objects.get().pk)
    other = {**event, "id": "evt_other"}
    assert tell(client, other) == 200

    assert handled() == ["settled", "no_change"]
    payment.refresh_from_db()
    assert (payment.state, open_cents(invoice), Payment.objects.count()) == ("settled", 0, 1)
    assert Entry.objects.filter(source="payment").count() == 1


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_case_69_events_out_of_order_end_the_same(client, card, double, order):
    invoice, payment = asked(card)
    Payment.objects.filter(pk=payment.pk).update(gateway_ref="pi_1")
    events = [
        double.event("payment_intent.payment_failed", intent(payment, last_payment_error={"code": "card_declined"})),
        double.event("payment_intent.succeeded", intent(payment)),
        double.event("charge.dispute.closed", {"id": "dp_1", "payment_intent": "pi_1", "status": "lost"}),
    ]
    for place in [*order, *order]:
        assert tell(client, events[place]) == 200
        handled()

    payment.refresh_from_db()
    assert (payment.state, open_cents(invoice), left_cents(payment)) == ("returned", 10680, 0)
    assert (Entry.objects.filter(source="payment").count(), Entry.objects.filter(source="return").count()) == (1, 1)


def test_dispute_told_before_the_name_of_the_payment_is_heard_again(client, card, double):
    invoice, payment = asked(card)
    lost = double.event("charge.dispute.closed", {"id": "dp_1", "payment_intent": "pi_9", "status": "lost"})
    tell(client, lost)
    assert handled() == ["not_ours"]

    tell(client, double.event("payment_intent.succeeded", intent(payment, "pi_9")))
    handled()

    payment.refresh_from_db()
    assert (payment.state, open_cents(invoice)) == ("returned", 10680)


def test_case_69_forged_events_leave_no_trace(client, card, double):
    _invoice, payment = asked(card)
    event = double.event("payment_intent.succeeded", intent(payment))
    body = json.dumps(event).encode()
    right = signed(body, SECRET)

    answers = [
        tell(client, event, secret="whsec_wrong"),
        tell(client, event, at=int(time.time()) - 3600),
        tell(client, event, header=""),
        tell(client, event, header="t=1,v1=zz"),
        tell(client, event, header="nonsense"),
        tell(client, {**event, "id": "evt_changed"}, header=right),
        tell(client, {**event, "livemode": True}),
        tell(client, {"no": "event"}),
        tell(client, []),
        client.post(
            DOOR, b"\xff\xfe", content_type="application/json", headers={"Stripe-Signature": right}
        ).status_code,
        client.post(DOOR, b"x" * 300_000, content_type="application/json").status_code,
        client.get(DOOR).status_code,
    ]

    assert answers == [400] * 10 + [413, 405]
    assert not GatewayEvent.objects.exists()
    payment.refresh_from_db()
    assert payment.state == "pending"


def test_door_is_closed_without_a_secret(client, db, settings):
    settings.STRIPE_WEBHOOK_SECRET = ""
    assert tell(client, {"id": "x"}) == 404


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"amount": 1}, "other_amount"),
        ({"currency": "usd"}, "other_amount"),
        ({"metadata": {"payment": "not-a-uid"}}, "not_ours"),
        ({"metadata": {}}, "not_ours"),
        ({"metadata": None}, "not_ours"),
    ],
)
def test_signed_event_about_something_else_changes_nothing(client, card, double, change, outcome):
    _invoice, payment = asked(card)
    tell(client, double.event("payment_intent.succeeded", intent(payment, **change)))
    assert handled() == [outcome]
    payment.refresh_from_db()
    assert payment.state == "pending"


def test_event_is_kept_sealed(client, card, double):
    from django.db import connection

    _invoice, payment = asked(card)
    tell(client, double.event("payment_intent.succeeded", intent(payment, receipt_email="x@secret.example")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT raw FROM billing_gatewayevent")
        assert b"secret.example" not in bytes(cursor.fetchone()[0])
    assert "secret.example" in GatewayEvent.objects.get().raw


def test_refused_card_is_told_and_tried_again_later(card, double):
    SavedCard.objects.filter(pk=card.pk).update(method_ref=double.add_card("pm_card_chargeDeclined", card.customer_ref))
    invoice = an_invoice(card.payer)
    for _ in range(2):
        for payment in charge_payer(payer_id=card.payer_id):
            charge_card(payment_id=payment.pk)

    payment = Payment.objects.get()
    assert (payment.state, payment.code, open_cents(invoice)) == ("failed", "card_declined", 10680)
    assert Message.objects.filter(kind="billing.card_refused").count() == 1


def test_refund_of_a_card_goes_back_once(client, card, double):
    _invoice, payment = asked(card)
    charge_card(payment_id=payment.pk)
    payment.refresh_from_db()
    from billing.services.payments import undo_allocation

    undo_allocation(actor=staff(), allocation=payment.allocations.get().uid, reason="geste")
    asked_for = refund(actor=staff(), payment=payment.uid, amount_cents=680, reason="geste")
    give_back(refund_id=asked_for.pk)
    give_back(refund_id=asked_for.pk)
    asked_for.refresh_from_db()
    told = {
        "id": asked_for.gateway_ref,
        "amount": 680,
        "status": "succeeded",
        "metadata": {"refund": str(asked_for.uid)},
    }
    for name in ("refund.updated", "charge.refund.updated"):
        tell(client, double.event(name, told))

    assert handled() == ["no_change", "no_change"]
    assert (asked_for.state, left_cents(payment)) == ("done", 10000)
    assert Entry.objects.filter(source="refund").count() == 1


def test_removed_card_pays_no_more(card):
    assert remove_card(actor=owner_of(card.payer), card=card.uid).state == CardState.REMOVED
    card.payer.refresh_from_db()
    assert card.payer.method == "transfer"
    an_invoice(card.payer)
    assert charge_payer(payer_id=card.payer_id) == []


def test_days_of_events_are_those_of_the_service(client, card, double):
    _invoice, payment = asked(card)
    tell(client, double.event("payment_intent.succeeded", intent(payment, created=10**18)))
    handled()
    payment.refresh_from_db()
    assert payment.received_on >= date(2026, 1, 1)
