"""Payments, what they pay, and what goes back: `record_payment, allocate, undo_allocation, refund` and their kin."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast
from uuid import UUID

from django.db import transaction

from billing.days import today
from billing.enums import PaymentMethod
from billing.enums_invoice import InvoiceKind
from billing.enums_payment import GatewayName, LineState, PaymentState
from billing.exceptions_payment import PaymentRefusal
from billing.models import Allocation, BankLine, Invoice, Payer, Payment
from billing.selectors.balance import open_cents
from billing.services import _money
from core import audit, clock, idempotency
from core.access import Actor, get_or_404

OLDEST = timedelta(days=5 * 365)


def record_payment(
    *,
    actor: Actor,
    payer: UUID,
    amount_cents: int,
    received_on: date,
    method: str = PaymentMethod.TRANSFER,
    reference: str = "",
    invoice: UUID | None = None,
    claim: idempotency.Claim | None = None,
) -> Payment:
    """Write money received by hand: it pays the invoice named, then the payer's others, oldest due first; the rest is
    theirs.

    Raises NotForYou, `amount_impossible`, `day_impossible`, `other_payer`.
    """
    found = get_or_404(actor, Payer, "collect", uid=payer)
    with transaction.atomic():
        done = idempotency.begin(actor, claim)
        if done is not None:
            return cast(Payment, done)
        _money.lock_payers([found.pk])
        named = [get_or_404(actor, Invoice, "collect", uid=invoice)] if invoice else []
        if any(one.payer_id != found.pk for one in named):
            raise PaymentRefusal("other_payer")
        payment = write_payment(
            actor, found, amount_cents, received_on, method=method, gateway=GatewayName.TRANSFER, reference=reference
        )
        rest = _money.spend_payment(actor, payment, named)
        audit.record(
            actor, "billing.record_payment", payment, practice_id=found.practice_id, cents=amount_cents, rest=rest
        )
        idempotency.complete(actor, claim, payment)
    return payment


def write_payment(
    actor: Actor,
    payer: Payer,
    amount_cents: int,
    received_on: date,
    *,
    method: str,
    gateway: str,
    reference: str = "",
    gateway_ref: str | None = None,
    invoice: Invoice | None = None,
    line: BankLine | None = None,
    state: LineState = LineState.MATCHED,
) -> Payment:
    """The row of a settled payment and its entry in the books; for services, with the payer locked.

    `line`: the transfer that it comes from, which then has that `state`.
    """
    if not today() - OLDEST <= received_on <= today() + timedelta(days=7):
        raise PaymentRefusal("day_impossible")
    payment = Payment(
        payer=payer,
        method=PaymentMethod(method),
        amount_cents=_money.checked_cents(amount_cents),
        reference=reference[:140],
        gateway=gateway,
        gateway_ref=gateway_ref,
        for_invoice=invoice,
        state=PaymentState.PENDING,
        created_by_id=actor.user_id,
    )
    payment.save()
    if line is not None:
        line.payment, line.payer, line.state = payment, payer, state
        line.settled_at, line.settled_by_id = clock.now(), actor.user_id
        line.save(update_fields=["payment", "payer", "state", "verdict", "settled_at", "settled_by"])
    _money.settle(actor, payment, received_on)
    return payment


def allocate(*, actor: Actor, payment: UUID, invoice: UUID, amount_cents: int) -> Allocation:
    """Pay an invoice with cents of a payment. Raises NotForYou, `not_settled`, `more_than_left`, `more_than_open`,
    `other_payer`, `not_issued`, `not_an_invoice`, `amount_impossible`.
    """
    found = get_or_404(actor, Payment, "collect", uid=payment)
    owed = get_or_404(actor, Invoice, "collect", uid=invoice)
    with transaction.atomic():
        _money.lock_payers([found.payer_id, owed.payer_id])
        found.refresh_from_db()
        made = _money.allocate_from_payment(actor, found, owed, _money.checked_cents(amount_cents))
        audit.record(actor, "billing.allocate", made, practice_id=owed.practice_id, cents=amount_cents, invoice=owed.pk)
    return made


def undo_allocation(*, actor: Actor, allocation: UUID, reason: str) -> None:
    """Take an allocation back: the invoice owes again, the payment has again. Raises NotForYou, `already_undone`,
    `reason_missing`.
    """
    found = get_or_404(actor, Allocation, "collect", uid=allocation)
    if not reason.strip():
        raise PaymentRefusal("reason_missing")
    with transaction.atomic():
        _money.lock_payers([found.invoice.payer_id])
        found.refresh_from_db()
        if found.undone_at is not None:
            raise PaymentRefusal("already_undone")
        _money.undo(actor, found, reason)
        audit.record(actor, "billing.undo_allocation", found, practice_id=found.invoice.practice_id)


def allocate_credit_note(*, actor: Actor, credit_note: Invoice) -> int:
    """A credit note just issued lowers the invoice it corrects; returns the cents that it may still pay of others.

    For the service that issues it, inside its transaction. Called twice it changes nothing.
    """
    if credit_note.kind != InvoiceKind.CREDIT_NOTE or credit_note.corrects is None:
        raise PaymentRefusal("not_an_invoice")
    with transaction.atomic():
        _money.lock_payers([credit_note.payer_id])
        cents = min(-open_cents(credit_note), open_cents(credit_note.corrects))
        if cents > 0:
            _money.allocate_from_credit(actor, credit_note, credit_note.corrects, cents)
        return -open_cents(credit_note)


def apply_credit(*, actor: Actor, invoice: Invoice) -> int:
    """Pay an invoice just issued from what is free for its payer: credit notes and sums paid over. Returns what is
    open.
    """
    with transaction.atomic():
        _money.lock_payers([invoice.payer_id])
        before = open_cents(invoice)
        after = _money.spend_credit(actor, invoice.payer_id, invoice)
        if after != before:
            audit.record(actor, "billing.apply_credit", invoice, practice_id=invoice.practice_id, cents=before - after)
        return after
