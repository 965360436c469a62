"""Paying an invoice by oneself, on the card service's own page: the way left when a bank wants its customer to authenticate.

The payment is a row before the page is asked for. While its page is open nothing else charges the invoice; a page that nobody
paid on closes with its payment, so that it keeps neither a retry nor a reminder waiting.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from billing.days import today
from billing.enums_payment import PaymentState
from billing.exceptions_payment import PaymentRefusal
from billing.gateways.base import Answer, Demand, GatewayDown, State
from billing.gateways.stripe import CardServiceRefused, Page, StripeGateway
from billing.models import Invoice, Payer, Payment, SavedCard
from billing.services import _money
from billing.services.cards import open_payment, take_answer
from core import audit, clock
from core.access import Actor, get_or_404, system_actor
from core.jobs import enqueue, handler

CLOSE_JOB = "billing.close_card_page"
# The service keeps a page open half an hour at least.
LIFE = timedelta(minutes=35)
GRACE = timedelta(minutes=5)


def open_card_page(*, actor: Actor, invoice: UUID, back: str) -> Payment:
    """A page of the service on which the payer pays what is open of an invoice (`page_address`), from which he comes back to
    `back`; the one that is open already, when there is one.

    Raises NotForYou, `card_unavailable`, `nothing_due`, `payment_in_progress`, `card_service_down`.
    """
    found = get_or_404(actor, Invoice, "read", uid=invoice)
    payer = get_or_404(actor, Payer, "sign", pk=found.payer_id)
    gateway = StripeGateway()
    if not gateway.is_open:
        raise PaymentRefusal("card_unavailable")
    payment, fresh = _row(actor, payer, found)
    if not fresh:
        return payment
    try:
        page = _asked(gateway, payment, found, back)
    except (GatewayDown, CardServiceRefused):
        with transaction.atomic():
            take_answer(actor, payment.pk, Answer(State.FAILED, code="no_page"))
        raise PaymentRefusal("card_service_down") from None
    payment.page_ref, payment.page_address = page.ref, page.address[:500]
    payment.save(update_fields=["page_ref", "page_address"])
    return payment


def finish_card_page(*, actor: Actor, payment: UUID) -> Payment:
    """Ask the service what became of a page, for who comes back before its events do. Raises NotForYou, `card_service_down`."""
    found = get_or_404(actor, Payment, "read", uid=payment)
    get_or_404(actor, Payer, "sign", pk=found.payer_id)
    if found.state != PaymentState.PENDING or not found.page_ref:
        return found
    try:
        answer = StripeGateway().read_page(found.page_ref)
    except (GatewayDown, CardServiceRefused):
        raise PaymentRefusal("card_service_down") from None
    with transaction.atomic():
        return take_answer(actor, found.pk, answer)


@handler(CLOSE_JOB)
def close_card_page(*, payment_id: int) -> None:
    """After its time: what was paid on a page is taken, what was not is given up. A service that is down is asked again."""
    found = Payment.objects.get(pk=payment_id)
    if found.state != PaymentState.PENDING:
        return
    # Without a name nobody ever saw the page.
    answer = StripeGateway().close_page(found.page_ref) if found.page_ref else Answer(State.FAILED, code="no_page")
    with transaction.atomic():
        take_answer(system_actor("billing.cards"), found.pk, answer)


def _row(actor: Actor, payer: Payer, invoice: Invoice) -> tuple[Payment, bool]:
    """The payment whose page is open, or a new one; whether it is new."""
    with transaction.atomic():
        _money.lock_payers([payer.pk])
        waiting = Payment.objects.filter(for_invoice=invoice, state=PaymentState.PENDING).order_by("-pk").first()
        if waiting and waiting.page_address and waiting.page_until and waiting.page_until > clock.now():
            return waiting, False
        until = clock.now() + LIFE
        made = open_payment(actor, payer, invoice, page_until=until)
        enqueue(CLOSE_JOB, unique=f"{CLOSE_JOB}:{made.pk}", due_at=until + GRACE, payment_id=made.pk)
        audit.record(actor, "billing.open_card_page", made, practice_id=payer.practice_id, invoice=invoice.pk)
    return made, True


def _asked(gateway: StripeGateway, payment: Payment, invoice: Invoice, back: str) -> Page:
    known = SavedCard.objects.filter(payer=payment.payer_id).exclude(customer_ref="").order_by("-pk").first()
    demand = Demand(
        key=f"page-{payment.uid}",
        amount_cents=payment.amount_cents,
        reference=invoice.reference or "",
        today=today(),
        due_on=invoice.due_date or today(),
        payment=str(payment.uid),
    )
    until = payment.page_until or clock.now() + LIFE
    return gateway.start_page(demand, back=back, until=until, customer=known.customer_ref if known else "")
