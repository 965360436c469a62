"""Paying by oneself after a refusal: the bank asks its customer, the page closes, nothing is charged twice."""

from datetime import timedelta

import pytest
from django.urls import reverse

from billing.exceptions_payment import PaymentRefusal
from billing.messages_payment import CARD_REFUSED
from billing.models import Entry, Payment, SavedCard
from billing.selectors.balance import left_cents, open_cents
from billing.selectors.unpaid import facts_of, overdue
from billing.services.card_pages import CLOSE_JOB, close_card_page, finish_card_page, open_card_page
from billing.services.cards import charge_card, charge_payer, pay_by_card, start_card
from core import clock
from core.models import Job
from notifications.models import Message
from notifications.registry import composer
from practitioners.enums import Role
from tests.billing.invoices.rows import a_payer
from tests.billing.payments.rows import an_invoice
from tests.billing.payments.test_debits import owner_of
from tests.billing.payments.test_pages import signed_in, text
from tests.billing.payments.test_stripe_events import double, handled, served, tell
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
__all__ = ["double", "served"]
BACK = "http://testserver/retour/"


@pytest.fixture
def payer(double):
    return a_payer(is_default=True)


@pytest.fixture
def owner(payer):
    return owner_of(payer)


def opened(owner, invoice):
    return open_card_page(actor=owner, invoice=invoice.uid, back=BACK)


def test_refused_for_want_of_authentication_is_paid_from_the_link_of_the_email(double, payer, client):
    member = MembershipFactory(practice=payer.practice, role=Role.OWNER)
    browser, owner = signed_in(member.user, f"practice:{payer.practice.uid}"), owner_of(payer)
    card = start_card(actor=owner, payer=payer.uid, back=BACK)
    double.type_card(card.setup_ref, "pm_card_authenticationRequired")
    browser.post(reverse("subscription:card", args=[card.uid]))
    assert SavedCard.objects.get().state == "active"
    invoice = an_invoice(payer)
    charge_card(payment_id=pay_by_card(actor=owner, invoice=invoice.uid).pk)
    letter = composer(CARD_REFUSED)(Message.objects.get(kind=CARD_REFUSED))
    path = reverse("subscription:invoice_settle", args=[invoice.uid])
    assert path in letter.text
    assert "confirmiez vous-même" in letter.text

    page = text(browser.get(path))
    assert "confirmiez ce paiement vous-même" in page
    assert "double de Stripe" in page
    waiting = text(browser.post(path, follow=True))
    payment = Payment.objects.get(state="pending")
    assert payment.page_address in waiting
    assert browser.post(path).status_code == 302
    assert Payment.objects.filter(state="pending").count() == 1

    double.pay(payment.page_ref, "pm_card_authenticationRequired")
    assert double.pay(payment.page_ref, agreed=True).endswith(path)
    succeeded = [one for one in double.events if one["type"] == "payment_intent.succeeded"][-1]
    assert [tell(client, succeeded) for _ in range(2)] == [200, 200]
    assert handled()[-1] == "settled"

    assert (open_cents(invoice), Entry.objects.filter(source="payment").count()) == (0, 1)
    assert "Cette facture est payée" in text(browser.get(path))
    assert composer(CARD_REFUSED)(Message.objects.get(kind=CARD_REFUSED)) is None


def test_page_returns_before_its_events_and_settles_once(client, double, payer, owner):
    invoice = an_invoice(payer)
    payment = opened(owner, invoice)
    assert opened(owner, invoice).pk == payment.pk
    assert finish_card_page(actor=owner, payment=payment.uid).state == "pending"
    double.pay(payment.page_ref, "pm_card_chargeDeclined")
    tell(client, double.events[-1])
    assert handled()[-1] == "no_change"
    double.pay(payment.page_ref, "pm_card_visa")

    for _ in range(2):
        assert finish_card_page(actor=owner, payment=payment.uid).state == "settled"
    for event in double.events[-2:]:
        tell(client, event)
    close_card_page(payment_id=payment.pk)

    assert "settled" not in handled()
    assert (open_cents(invoice), left_cents(payment), Message.objects.filter(kind=CARD_REFUSED).count()) == (0, 0, 0)
    with pytest.raises(PaymentRefusal, match="nothing_due"):
        opened(owner, invoice)


def test_open_page_keeps_others_from_charging_and_a_closed_one_keeps_nobody(client, double, payer, owner):
    card = start_card(actor=owner, payer=payer.uid, back=BACK)
    double.type_card(card.setup_ref, "pm_card_visa")
    SavedCard.objects.update(state="active", method_ref="pm_1")
    invoice = an_invoice(payer)
    payment = opened(owner, invoice)
    assert charge_payer(payer_id=payer.pk) == []
    with pytest.raises(PaymentRefusal, match="payment_in_progress"):
        pay_by_card(actor=owner, invoice=invoice.uid)
    assert Job.objects.get(kind=CLOSE_JOB).due_at > clock.now() + timedelta(minutes=35)

    close_card_page(payment_id=payment.pk)

    payment.refresh_from_db()
    assert (payment.state, payment.code, Message.objects.filter(kind=CARD_REFUSED).count()) == (
        "failed",
        "abandoned",
        0,
    )
    assert tell(client, double.events[-1]) == 200
    assert handled() == ["not_ours"]
    late = overdue(type(invoice).objects.filter(pk=invoice.pk)).select_related("payer")
    assert [facts.money_comes for facts in facts_of(list(late)).values()] == [False]
    assert [one.state for one in charge_payer(payer_id=payer.pk)] == ["pending"]


def test_service_that_is_down_leaves_nothing_waiting(double, payer, owner, settings):
    invoice = an_invoice(payer)
    settings.STRIPE_API = "http://127.0.0.1:9"
    with pytest.raises(PaymentRefusal, match="card_service_down"):
        opened(owner, invoice)
    assert list(Payment.objects.values_list("state", "code")) == [("failed", "no_page")]
    settings.STRIPE_SECRET_KEY = ""
    with pytest.raises(PaymentRefusal, match="card_unavailable"):
        opened(owner, invoice)
