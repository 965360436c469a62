"""Cards: recorded on the service's own page, charged when an invoice is due, retried, taken away."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from billing.days import today
from billing.enums import PaymentMethod
from billing.enums_payment import CardState, GatewayName, PaymentState
from billing.exceptions_payment import PaymentRefusal
from billing.gateways.base import Answer, CardFacts, Demand, GatewayDown, State
from billing.gateways.stripe import CardServiceRefused, CardSetup, StripeGateway
from billing.messages_payment import CARD_REFUSED, subject_of_payment
from billing.models import GatewayEvent, Invoice, Payer, Payment, SavedCard
from billing.selectors.balance import due_invoices, open_cents
from billing.services import _money
from core import audit
from core.access import Actor, get_or_404, system_actor
from core.jobs import enqueue, handler
from notifications.enums import ChannelName
from notifications.services import notify

CHARGE_DUE_JOB, CHARGE_PAYER_JOB, CHARGE_JOB = (
    "billing.charge_due_cards",
    "billing.charge_payer",
    "billing.charge_card",
)
HANDLE_EVENT_JOB = "billing.handle_event"
# Days between two attempts on one invoice, and how many there are.
RETRY_AFTER = timedelta(days=5)
MOST_ATTEMPTS = 4


def start_card(*, actor: Actor, payer: UUID, back: str) -> SavedCard:
    """Ask the service for a page on which a card is recorded (`address`); `back` is where the payer returns, `{uid}` in it.

    Raises NotForYou, `payer_closed`, `card_unavailable`, `card_service_down`.
    """
    found = get_or_404(actor, Payer, "sign", uid=payer)
    if found.closed_on is not None:
        raise PaymentRefusal("payer_closed")
    gateway = StripeGateway()
    if not gateway.is_open:
        raise PaymentRefusal("card_unavailable")
    name = uuid.uuid4()
    before = SavedCard.objects.filter(payer=found).exclude(customer_ref="").order_by("-pk").first()
    try:
        setup = gateway.start_setup(
            key=str(name),
            payer=str(found.uid),
            name=found.name,
            email=found.email,
            customer=before.customer_ref if before else "",
            back=back.format(uid=name),
        )
    except (GatewayDown, CardServiceRefused):
        raise PaymentRefusal("card_service_down") from None
    with transaction.atomic():
        card = SavedCard.objects.create(
            uid=name,
            payer=found,
            customer_ref=setup.customer,
            setup_ref=setup.ref,
            address=setup.address[:500],
            asked_by_id=actor.user_id,
        )
        audit.record(actor, "billing.start_card", card, practice_id=found.practice_id)
    return card


def finish_card(*, actor: Actor, card: UUID) -> SavedCard:
    """Ask the service what became of the recording, and keep the card when it is done. Asked twice it is done once.

    Raises NotForYou, `card_service_down`.
    """
    found = get_or_404(actor, SavedCard, "keep", uid=card)
    if found.state != CardState.WAITING:
        return found
    try:
        setup = StripeGateway().read_setup(found.setup_ref or "")
    except (GatewayDown, CardServiceRefused):
        raise PaymentRefusal("card_service_down") from None
    with transaction.atomic():
        return keep_card(actor, found.pk, setup)


def keep_card(actor: Actor, card_id: int, setup: CardSetup) -> SavedCard:
    """The recorded card takes the place of the one before, and its payer pays by card. For services, in a transaction."""
    payer_id = SavedCard.objects.values_list("payer_id", flat=True).get(pk=card_id)
    _money.lock_payers([payer_id])
    card = SavedCard.objects.select_related("payer").get(pk=card_id)
    if card.state != CardState.WAITING or not setup.method:
        return card
    SavedCard.objects.filter(payer=card.payer_id, state=CardState.ACTIVE).update(state=CardState.REMOVED)
    card.state, card.method_ref, card.customer_ref = CardState.ACTIVE, setup.method, setup.customer
    card.brand, card.last4, card.ends = setup.brand[:20], setup.last4[:4], setup.ends[:7]
    card.address = ""
    card.save()
    Payer.objects.filter(pk=card.payer_id).update(method=PaymentMethod.CARD)
    audit.record(actor, "billing.keep_card", card, practice_id=card.payer.practice_id)
    return card


def remove_card(*, actor: Actor, card: UUID) -> SavedCard:
    """Take a card away, here and at the service; its payer pays by transfer. Raises NotForYou, `card_service_down`."""
    found = get_or_404(actor, SavedCard, "keep", uid=card)
    if found.state != CardState.ACTIVE:
        return found
    try:
        StripeGateway().forget_card(found.method_ref)
    except GatewayDown:
        raise PaymentRefusal("card_service_down") from None
    with transaction.atomic():
        _money.lock_payers([found.payer_id])
        found.refresh_from_db()
        found.state = CardState.REMOVED
        found.save(update_fields=["state"])
        Payer.objects.filter(pk=found.payer_id, method=PaymentMethod.CARD).update(method=PaymentMethod.TRANSFER)
        audit.record(actor, "billing.remove_card", found, practice_id=found.payer.practice_id)
    return found


def pay_by_card(*, actor: Actor, invoice: UUID) -> Payment:
    """Charge an invoice to the card kept for its payer, now.

    Raises NotForYou, `no_card`, `nothing_due`, `payment_in_progress`.
    """
    found = get_or_404(actor, Invoice, "read", uid=invoice)
    payer = get_or_404(actor, Payer, "sign", pk=found.payer_id)
    with transaction.atomic():
        _money.lock_payers([payer.pk])
        made = _attempt(actor, payer, found)
        audit.record(actor, "billing.pay_by_card", made, practice_id=payer.practice_id, invoice=found.pk)
    return made


@handler(CHARGE_DUE_JOB)
def charge_due_cards() -> None:
    """Asks for the charge of what is due to payers with a card; one job a payer: a fault stops nobody else."""
    due = due_invoices(Invoice.objects.filter(payer__method=PaymentMethod.CARD, due_date__lte=today()))
    payers = due.filter(payer__cards__state=CardState.ACTIVE).order_by().values_list("payer_id", flat=True)
    for payer in sorted(set(payers)):
        enqueue(CHARGE_PAYER_JOB, unique=f"{CHARGE_PAYER_JOB}:{payer}", payer_id=payer)


@handler(CHARGE_PAYER_JOB)
def charge_payer(*, payer_id: int) -> list[Payment]:
    """Begins the charges of what is due of one payer. A refused one is tried again five days later, four times in all."""
    actor = system_actor("billing.cards")
    made = []
    with transaction.atomic():
        _money.lock_payers([payer_id])
        payer = Payer.objects.get(pk=payer_id)
        for invoice in due_invoices(Invoice.objects.filter(payer=payer, due_date__lte=today())):
            # What the payer tried by himself, on a page of the service, is no attempt of ours.
            ours = Payment.objects.filter(for_invoice=invoice, gateway=GatewayName.STRIPE, page_until__isnull=True)
            attempts = list(ours.order_by("pk"))
            last = attempts[-1].created_at.date() if attempts else None
            if len(attempts) >= MOST_ATTEMPTS or (last and last + RETRY_AFTER > today()):
                continue
            if not _money.spend_credit(actor, payer.pk, invoice):
                continue
            try:
                attempt = _attempt(actor, payer, invoice)
            except PaymentRefusal:
                continue
            audit.record(actor, "billing.charge_card", attempt, practice_id=invoice.practice_id, invoice=invoice.pk)
            made.append(attempt)
    return made


def _attempt(actor: Actor, payer: Payer, invoice: Invoice) -> Payment:
    """The row of an attempt, and its job: the service is asked after the commit, under the row's own name."""
    if not SavedCard.objects.filter(payer=payer, state=CardState.ACTIVE).exists():
        raise PaymentRefusal("no_card")
    made = open_payment(actor, payer, invoice)
    enqueue(CHARGE_JOB, unique=f"{CHARGE_JOB}:{made.pk}", payment_id=made.pk)
    return made


def open_payment(actor: Actor, payer: Payer, invoice: Invoice, *, page_until: datetime | None = None) -> Payment:
    """The pending row of what is open of an invoice, by card; `page_until` when its payer pays it on a page of the service.

    For services, with the payer locked. Raises `payment_in_progress`, `nothing_due`.
    """
    if Payment.objects.filter(for_invoice=invoice, state=PaymentState.PENDING).exists():
        raise PaymentRefusal("payment_in_progress")
    cents = open_cents(invoice)
    if cents <= 0:
        raise PaymentRefusal("nothing_due")
    return Payment.objects.create(
        payer=payer,
        method=PaymentMethod.CARD,
        amount_cents=cents,
        reference=invoice.reference or "",
        state=PaymentState.PENDING,
        gateway=GatewayName.STRIPE,
        for_invoice=invoice,
        page_until=page_until,
        created_by_id=actor.user_id,
    )


@handler(CHARGE_JOB)
def charge_card(*, payment_id: int) -> None:
    """Asks the service for one payment; when it does not answer, the job comes back with the same name."""
    actor = system_actor("billing.cards")
    payment = Payment.objects.select_related("payer", "for_invoice").get(pk=payment_id)
    invoice = payment.for_invoice
    if payment.state != PaymentState.PENDING or invoice is None:
        return
    # The card of the attempt, even if another took its place meanwhile: the same question has the same words.
    known = (
        SavedCard.objects.filter(payer=payment.payer_id).exclude(method_ref="").filter(asked_at__lte=payment.created_at)
    )
    card = known.order_by("-asked_at", "-pk").first()
    answer = StripeGateway().collect(
        Demand(
            key=f"payment-{payment.uid}",
            amount_cents=payment.amount_cents,
            reference=invoice.reference or "",
            today=today(),
            due_on=invoice.due_date or today(),
            payment=str(payment.uid),
            card=CardFacts(card.customer_ref, card.method_ref) if card else None,
        )
    )
    take_answer(actor, payment.pk, answer)


def take_answer(actor: Actor, payment_id: int, answer: Answer) -> Payment:
    """What the service said of a payment, whoever brought it first. For services, in a transaction."""
    payer_id = Payment.objects.values_list("payer_id", flat=True).get(pk=payment_id)
    _money.lock_payers([payer_id])
    payment = Payment.objects.select_related("payer", "for_invoice").get(pk=payment_id)
    if answer.ref and not payment.gateway_ref:
        payment.gateway_ref = answer.ref
        payment.save(update_fields=["gateway_ref"])
        _hear_early_events(answer.ref)
    if answer.state == State.SETTLED and payment.state in {PaymentState.PENDING, PaymentState.FAILED}:
        _money.settle(actor, payment, min(answer.on or today(), today()))
        _money.spend_payment(actor, payment, [payment.for_invoice] if payment.for_invoice else [])
        audit.record(actor, "billing.settle_card", payment, practice_id=payment.payer.practice_id)
        if payment.returned_on is not None:
            # The loss of a dispute was told before the payment it is about.
            _money.take_back(actor, payment, on=payment.returned_on, code="dispute_lost")
    elif answer.state == State.FAILED and payment.state == PaymentState.PENDING:
        payment.state, payment.code = PaymentState.FAILED, answer.code[:60]
        payment.save(update_fields=["state", "code"])
        # Who was on a page of the service saw there what it refused.
        if payment.page_until is None:
            _tell_refusal(payment)
        audit.record(actor, "billing.refuse_card", payment, practice_id=payment.payer.practice_id, code=payment.code)
    return payment


def _hear_early_events(reference: str) -> None:
    """Events that came before we knew the service's name of the payment are handled again."""
    early = GatewayEvent.objects.filter(about=reference, outcome="not_ours")
    for pk in list(early.values_list("pk", flat=True)):
        GatewayEvent.objects.filter(pk=pk).update(handled_at=None, outcome="")
        enqueue(HANDLE_EVENT_JOB, unique=f"{HANDLE_EVENT_JOB}:{pk}", event_id=pk)


def _tell_refusal(payment: Payment) -> None:
    if payment.payer.email:
        notify(
            kind=CARD_REFUSED,
            channel=ChannelName.EMAIL,
            subject=subject_of_payment(payment),
            address=payment.payer.email,
            practice_id=payment.payer.practice_id,
        )
