"""What every gateway promises, asked of each; Stripe through its own library against the double on this machine."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from billing.doubles.stripe_service import StripeDouble, serving
from billing.gateways.base import CardFacts, Demand, GatewayDown, GiveBack, MandateFacts, State
from billing.gateways.sepa import SepaGateway
from billing.gateways.stripe import OWN_API, CardServiceRefused, StripeGateway
from billing.gateways.transfer import TransferGateway
from core import clock

TODAY, DUE = date(2026, 3, 2), date(2026, 3, 16)
CODES = {"no_mandate", "mandate_over", "no_card", "card_declined", "insufficient_funds", "authentication_required"}
MANDATE = MandateFacts("C000001-001", is_active=True, signed_on=TODAY, last_used_on=None, notice_days=14)


@pytest.fixture(scope="module")
def double():
    with serving(StripeDouble()) as served:
        yield served


@pytest.fixture
def stripe(double):
    double.fails = 0
    return StripeGateway(key=double.key, api=double.api)


@pytest.fixture(params=["transfer", "sepa", "stripe"])
def gateway(request, double, stripe):
    return {"transfer": TransferGateway(), "sepa": SepaGateway(), "stripe": stripe}[request.param]


def a_card(double, name="pm_card_visa"):
    customer = double.objects.setdefault("cus_1", {"id": "cus_1", "object": "customer"})["id"]
    return CardFacts(customer, double.add_card(name, customer))


def a_demand(double, key, **more):
    card = a_card(double)
    fields = {
        "amount_cents": 10680,
        "reference": "F2026-000001",
        "today": TODAY,
        "due_on": DUE,
        "mandate": MANDATE,
        "card": card,
    }
    return Demand(key=key, **{**fields, **more})


def charges_of(double):
    return sum(one.get("metadata", {}).get("invoice") == "F2026-000001" for one in double.objects.values())


def test_same_key_is_the_same_collection(gateway, double):
    demand = a_demand(double, f"same-{gateway.name}")
    before = charges_of(double)
    first, second = gateway.collect(demand), gateway.collect(demand)
    assert first == second
    assert first.state != State.FAILED
    assert first.ref
    assert charges_of(double) - before == (gateway.name == "stripe")


def test_collection_without_a_means_fails_with_a_known_code(gateway, double):
    answer = gateway.collect(a_demand(double, f"none-{gateway.name}", mandate=None, card=None))
    assert answer.state == State.WAITING if gateway.name == "transfer" else answer.state == State.FAILED
    assert answer.code in {"", *CODES}


def test_money_given_back_waits_for_a_person_or_is_done(gateway, double):
    collected = gateway.collect(a_demand(double, f"back-{gateway.name}"))
    order = GiveBack(key=f"refund-{gateway.name}", amount_cents=680, collected=collected.ref)
    answer = gateway.give_back(order)
    assert answer == gateway.give_back(order)
    assert answer.state in {State.WAITING, State.SETTLED}


def test_nothing_below_a_cent_is_asked_nor_given_back():
    for cents in (0, -1):
        with pytest.raises(ValueError, match="cent"):
            Demand(key="k", amount_cents=cents, reference="F", today=TODAY, due_on=DUE)
        with pytest.raises(ValueError, match="cent"):
            GiveBack(key="k", amount_cents=cents, collected="x")


def test_no_card_shows_in_a_repr(double):
    demand = a_demand(double, "repr")
    assert demand.card.method not in repr(demand)


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ("pm_card_chargeDeclined", "card_declined"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_authenticationRequired", "authentication_required"),
    ],
)
def test_refused_card_says_why(stripe, double, card, code):
    answer = stripe.collect(a_demand(double, f"no-{card}", card=a_card(double, card)))
    assert (answer.state, answer.code) == (State.FAILED, code)


def test_more_than_was_collected_is_not_given_back(stripe, double):
    collected = stripe.collect(a_demand(double, "once"))
    stripe.give_back(GiveBack("r1", 10000, collected.ref))
    answer = stripe.give_back(GiveBack("r2", 10000, collected.ref))
    assert (answer.state, answer.code) == (State.FAILED, "charge_already_refunded")


def test_lost_answer_is_asked_again_under_the_same_key(stripe, double):
    demand = a_demand(double, "lost")
    double.fails = 2
    with pytest.raises(GatewayDown):
        stripe.collect(demand)
    double.fails = 0
    before = sum(one["object"] == "payment_intent" for one in double.objects.values())
    assert stripe.collect(demand).state == State.SETTLED
    assert sum(one["object"] == "payment_intent" for one in double.objects.values()) == before


def test_same_key_for_another_amount_is_refused(stripe, double):
    demand = a_demand(double, "reused")
    stripe.collect(demand)
    with pytest.raises(GatewayDown):
        stripe.collect(replace(demand, amount_cents=5))


def test_service_that_is_not_there_or_knows_no_key_is_down(double):
    card = a_card(double)
    for gateway in (
        StripeGateway(key="sk_wrong", api=double.api),
        StripeGateway(key=double.key, api="http://127.0.0.1:9"),
    ):
        with pytest.raises(GatewayDown):
            gateway.collect(a_demand(double, "down", card=card))


def test_card_is_recorded_on_the_page_of_the_service(stripe, double):
    setup = stripe.start_setup(
        key="c1", payer="p1", name="Cabinet", email="a@b.example", customer="", back="http://testserver/retour"
    )
    assert setup.address.startswith(double.api)
    assert stripe.read_setup(setup.ref).method == ""
    assert "n’est pas Stripe" in double.page(setup.ref)

    assert double.type_card(setup.ref, "pm_card_visa") == "http://testserver/retour"

    done = stripe.read_setup(setup.ref)
    assert (done.brand, done.last4, done.ends, done.customer) == ("visa", "4242", "12/2030", setup.customer)
    assert stripe.collect(a_demand(double, "c1-pay", card=CardFacts(done.customer, done.method))).state == State.SETTLED
    stripe.forget_card(done.method)
    stripe.forget_card(done.method)
    with pytest.raises(CardServiceRefused):
        stripe.read_setup("cs_nothing")


def a_page(stripe, double, key, **more):
    """A page on which one pays: its demand, and the page."""
    demand = a_demand(double, key, card=None, payment=f"row-{key}", **more)
    until = clock.now() + timedelta(minutes=35)
    return demand, lambda: stripe.start_page(demand, back="http://testserver/retour", until=until)


def test_page_asked_for_twice_is_one_page_and_pays_once(stripe, double):
    demand, ask = a_page(stripe, double, "page-once")
    before = charges_of(double)
    page = ask()
    assert (page, stripe.read_page(page.ref).state) == (ask(), State.WAITING)
    assert "n’est pas Stripe" in double.page(page.ref)
    assert "106,80" in double.page(page.ref)

    assert double.pay(page.ref, "pm_card_chargeDeclined") == ""
    assert "refuse cette carte" in double.page(page.ref)
    assert double.pay(page.ref, "pm_card_visa") == double.pay(page.ref, "pm_card_visa") == "http://testserver/retour"

    answer = stripe.read_page(page.ref)
    assert (answer.state, stripe.close_page(page.ref)) == (State.SETTLED, answer)
    intent = double.objects[answer.ref]
    assert (intent["amount"], intent["metadata"]["payment"]) == (demand.amount_cents, demand.payment)
    assert charges_of(double) - before == 1
    assert stripe.give_back(GiveBack("page-back", 10_680, answer.ref)).state == State.SETTLED


def test_bank_asks_who_pays_on_the_page(stripe, double):
    _demand, ask = a_page(stripe, double, "page-3ds")
    page = ask()
    double.pay(page.ref, "pm_card_authenticationRequired")
    assert "Votre banque demande qui paie" in double.page(page.ref)
    assert stripe.read_page(page.ref).state == State.WAITING

    assert double.pay(page.ref, agreed=False) == ""
    assert "authentification a échoué" in double.page(page.ref)
    double.pay(page.ref, "pm_card_authenticationRequired")
    assert double.pay(page.ref, agreed=True)

    assert stripe.read_page(page.ref).state == State.SETTLED


def test_page_nobody_paid_on_closes_and_a_lost_answer_is_asked_again(stripe, double):
    _demand, ask = a_page(stripe, double, "page-gone")
    double.fails = 2
    with pytest.raises(GatewayDown):
        ask()
    double.fails = 0
    page = ask()
    for answer in (stripe.close_page(page.ref), stripe.close_page(page.ref), stripe.read_page(page.ref)):
        assert (answer.state, answer.code) == (State.FAILED, "abandoned")
    assert "fermée" in double.page(page.ref)
    with pytest.raises(CardServiceRefused):
        a_page(stripe, double, "page-small", amount_cents=49)[1]()


def test_whatever_is_not_stripe_is_a_double(double):
    assert StripeGateway(key="x", api=double.api).is_double
    assert not StripeGateway(key="x", api=OWN_API).is_double
