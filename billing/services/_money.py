"""The primitives of money, for services: each runs inside the caller's transaction, after the payer was locked.

One lock a payer: whatever allocates, undoes, refunds or credits takes it first, so a sum is never given twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection

from billing.enums_invoice import InvoiceKind
from billing.enums_payment import PaymentState
from billing.exceptions_payment import PaymentRefusal
from billing.models import Allocation, Debit, Invoice, Payer, Payment
from billing.selectors.balance import due_invoices, left_cents, open_cents, with_left_cents, with_open_cents
from billing.services import posting
from billing.services._settled import after_allocation, after_giving_back, after_undoing
from billing.services.vat_due import vat_falls_due, vat_goes_back
from core import clock
from core.access import Actor

LARGEST_CENTS = 100_000_000


def lock_payers(payer_ids: Iterable[int]) -> None:
    """Waits for whoever moves the money of these payers, in the order of their ids."""
    if not connection.in_atomic_block:
        raise RuntimeError("Money moves in a transaction")
    wanted = sorted(set(payer_ids))
    list(Payer.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=wanted).order_by("pk"))


def checked_cents(cents: int) -> int:
    """A sum that can be. Raises `amount_impossible`."""
    if not isinstance(cents, int) or isinstance(cents, bool) or not 0 < cents <= LARGEST_CENTS:
        raise PaymentRefusal("amount_impossible")
    return cents


def settle(actor: Actor, payment: Payment, on: date) -> None:
    """The money of a payment on its way is there: from now on it counts."""
    payment.state = PaymentState.SETTLED
    payment.received_on = on
    payment.code = ""
    payment.save(update_fields=["state", "received_on", "code"])
    posting.post_payment(actor=actor, payment=payment)


def allocate_from_payment(actor: Actor, payment: Payment, invoice: Invoice, cents: int) -> Allocation:
    """So many cents of the payment pay the invoice. Raises `not_settled`, `more_than_left` and those of `_pay`."""
    if payment.state != PaymentState.SETTLED:
        raise PaymentRefusal("not_settled")
    if cents > left_cents(payment):
        raise PaymentRefusal("more_than_left")
    return _pay(actor, invoice, cents, payer_id=payment.payer_id, payment=payment)


def allocate_from_credit(actor: Actor, note: Invoice, invoice: Invoice, cents: int) -> Allocation:
    """So many cents of the credit note pay the invoice. Raises `more_than_left` and those of `_pay`."""
    if cents > -open_cents(note):
        raise PaymentRefusal("more_than_left")
    return _pay(actor, invoice, cents, payer_id=note.payer_id, credit_note=note)


def spend_payment(actor: Actor, payment: Payment, first: Iterable[Invoice] = (), *, others: bool = True) -> int:
    """Pays what the payment can: the invoices named first, then the payer's others, oldest due first. Returns the
    rest.
    """
    rest = left_cents(payment)
    named = list(first)
    rows = due_invoices(Invoice.objects.filter(payer=payment.payer_id)) if others else []
    for invoice in [*named, *(one for one in rows if one not in named)]:
        cents = min(rest, open_cents(invoice))
        if cents > 0:
            allocate_from_payment(actor, payment, invoice, cents)
            rest -= cents
    return rest


def spend_credit(actor: Actor, payer_id: int, invoice: Invoice) -> int:
    """Pays an invoice from what is free for its payer: credit notes, then sums paid over, oldest first. Returns what
    is open.
    """
    still = open_cents(invoice)
    notes = with_open_cents(Invoice.objects.filter(payer=payer_id, kind=InvoiceKind.CREDIT_NOTE))
    for note in notes.filter(open_cents__lt=0).order_by("issue_date", "pk"):
        if still > 0:
            cents = min(still, -note.open_cents)
            allocate_from_credit(actor, note, invoice, cents)
            still -= cents
    for payment in with_left_cents(Payment.objects.filter(payer=payer_id)).filter(left_cents__gt=0).order_by("pk"):
        if still > 0:
            cents = min(still, payment.left_cents)
            allocate_from_payment(actor, payment, invoice, cents)
            still -= cents
    return still


def undo(actor: Actor, allocation: Allocation, reason: str) -> None:
    """The invoice owes those cents again."""
    allocation.undone_at = clock.now()
    allocation.undone_reason = reason[:40]
    allocation.save(update_fields=["undone_at", "undone_reason"])
    vat_goes_back(actor=actor, allocation=allocation)
    after_undoing(actor, allocation)


def take_back(actor: Actor, payment: Payment, *, on: date, code: str, debit: Debit | None = None) -> None:
    """The bank took a settled payment back: nothing it paid is paid any more, and the books say so. Done twice, done once."""
    if payment.state != PaymentState.SETTLED:
        return
    for allocation in payment.allocations.live().order_by("pk"):
        undo(actor, allocation, "returned")
    payment.state = PaymentState.RETURNED
    payment.returned_on = on
    payment.code = code[:60]
    payment.save(update_fields=["state", "returned_on", "code"])
    posting.post_return(actor=actor, debit=debit, payment=payment)
    after_giving_back(actor, payment.payer)


def _pay(
    actor: Actor,
    invoice: Invoice,
    cents: int,
    *,
    payer_id: int,
    payment: Payment | None = None,
    credit_note: Invoice | None = None,
) -> Allocation:
    checked_cents(cents)
    if invoice.kind != InvoiceKind.INVOICE:
        raise PaymentRefusal("not_an_invoice")
    if invoice.issued_at is None:
        raise PaymentRefusal("not_issued")
    if invoice.payer_id != payer_id:
        raise PaymentRefusal("other_payer")
    if cents > open_cents(invoice):
        raise PaymentRefusal("more_than_open")
    made = Allocation.objects.create(
        payment=payment, credit_note=credit_note, invoice=invoice, amount_cents=cents, made_by_id=actor.user_id
    )
    vat_falls_due(actor=actor, allocation=made)
    after_allocation(actor, invoice)
    return made
