"""What is still owed and what is still free: sums of the rows, read in SQL each time, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import BigIntegerField, Case, F, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from billing.enums_invoice import InvoiceKind
from billing.enums_payment import PaymentState, RefundState
from billing.models import Allocation, Invoice, Payment, Refund


def _sum(rows: QuerySet, name: str) -> Coalesce:
    """The cents of the rows that point to the outer one by `name`, 0 without any."""
    total = rows.filter(**{name: OuterRef("pk")}).order_by().values(name).annotate(cents=Sum("amount_cents"))
    return Coalesce(Subquery(total.values("cents"), output_field=BigIntegerField()), Value(0))


def with_open_cents(invoices: QuerySet[Invoice]) -> QuerySet[Any]:
    """Each row with `open_cents`: what is still to pay of an invoice; for a credit note, minus what it may still pay.

    Drafts owe nothing. Only settled payments count, as only they are allocated.
    """
    live = Allocation.objects.live()
    paid = _sum(live, "invoice")
    used = _sum(live, "credit_note") + _sum(Refund.objects.exclude(state=RefundState.FAILED), "credit_note")
    return invoices.annotate(
        open_cents=Case(
            When(issued_at__isnull=True, then=Value(0)),
            When(kind=InvoiceKind.CREDIT_NOTE, then=used - F("gross_cents")),
            default=F("gross_cents") - paid,
            output_field=BigIntegerField(),
        )
    )


def open_cents(invoice: Invoice) -> int:
    """The same for one row, read now."""
    found = with_open_cents(Invoice.objects.filter(pk=invoice.pk)).values_list("open_cents", flat=True)
    return int(found[0])


def with_left_cents(payments: QuerySet[Payment]) -> QuerySet[Any]:
    """Each payment with `left_cents`: what pays no invoice and was not given back; 0 for one that is not settled."""
    given = _sum(Allocation.objects.live(), "payment") + _sum(
        Refund.objects.exclude(state=RefundState.FAILED), "payment"
    )
    return payments.annotate(
        left_cents=Case(
            When(state=PaymentState.SETTLED, then=F("amount_cents") - given),
            default=Value(0),
            output_field=BigIntegerField(),
        )
    )


def left_cents(payment: Payment) -> int:
    """The same for one row, read now."""
    return int(with_left_cents(Payment.objects.filter(pk=payment.pk)).values_list("left_cents", flat=True)[0])


def due_invoices(invoices: QuerySet[Invoice]) -> QuerySet[Any]:
    """The issued invoices among these of which something is open, oldest due first, with `open_cents`."""
    issued = invoices.filter(kind=InvoiceKind.INVOICE, issued_at__isnull=False)
    return with_open_cents(issued).filter(open_cents__gt=0).order_by("due_date", "pk")


def balances(payer_ids: Iterable[int]) -> dict[int, int]:
    """Payer → cents owed, less what is free for them (negative: we owe them). Two statements, however many payers."""
    ids = list(payer_ids)
    totals = dict.fromkeys(ids, 0)
    rows = with_open_cents(Invoice.objects.filter(payer__in=ids)).values_list("payer_id", "open_cents")
    for payer, cents in rows:
        totals[payer] += cents
    for payer, cents in with_left_cents(Payment.objects.filter(payer__in=ids)).values_list("payer_id", "left_cents"):
        totals[payer] -= cents
    return totals
