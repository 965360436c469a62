"""What is left of invoices to credit, and for whom something is free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Sum

from billing.drafting import Billable
from billing.enums_invoice import InvoiceKind
from billing.models import Invoice, InvoiceLine, Payment, VatTotal
from billing.selectors.balance import with_left_cents, with_open_cents


def payers_with_credit(payer_ids: Iterable[int]) -> set[int]:
    """Those who have an unused credit note or have paid over. Two statements."""
    ids = list(payer_ids)
    notes: Any = with_open_cents(Invoice.objects.filter(payer__in=ids, kind=InvoiceKind.CREDIT_NOTE))
    over: Any = with_left_cents(Payment.objects.filter(payer__in=ids))
    return set(notes.filter(open_cents__lt=0).values_list("payer_id", flat=True)) | set(
        over.filter(left_cents__gt=0).values_list("payer_id", flat=True)
    )


def room_of(ids: Iterable[int]) -> dict[int, dict[int, tuple[int, int]]]:
    """Invoice → rate → (base, VAT) that its credit notes have not given back yet. Two statements."""
    wanted = list(ids)
    room: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    for row in VatTotal.objects.filter(invoice__in=wanted):
        room[row.invoice_id][row.rate] = (row.base_cents, row.vat_cents)
    given = VatTotal.objects.filter(invoice__corrects__in=wanted, invoice__issued_at__isnull=False)
    for invoice, rate, base, vat in given.values_list("invoice__corrects", "rate").annotate(
        base=Sum("base_cents"), vat=Sum("vat_cents")
    ):
        before = room[invoice].get(rate, (0, 0))
        room[invoice][rate] = (before[0] - base, before[1] - vat)
    return room


def given_by_line(invoice: Invoice) -> dict[tuple[str, date, date], int]:
    """(label, first day, end) → cents that credit notes have given back of the lines that say so. One statement."""
    rows = InvoiceLine.objects.filter(invoice__corrects=invoice, invoice__issued_at__isnull=False).order_by()
    sums = rows.values_list("label", "period_start", "period_end").annotate(cents=Sum("net_cents"))
    return {(label, start, end): cents for label, start, end, cents in sums}


def billables_of(payer_ids: Iterable[int], since: date) -> dict[int, list[Billable]]:
    """Payer → its issued invoices that bill days since a date, latest first, with what is left of each."""
    rows = list(
        Invoice.objects.issued()
        .invoices()
        .filter(payer__in=list(payer_ids), period_end__gt=since)
        .order_by("-issue_date", "-pk")
    )
    ids = [row.pk for row in rows]
    room = room_of(ids)
    spans: dict[int, list[tuple[int, date, date]]] = defaultdict(list)
    billed = InvoiceLine.objects.filter(invoice__in=ids, item__isnull=False, net_cents__gt=0)
    for invoice, item, start, end in billed.values_list("invoice_id", "item_id", "period_start", "period_end"):
        spans[invoice].append((item, start, end))
    found: dict[int, list[Billable]] = defaultdict(list)
    for row in rows:
        if row.reference and row.issue_date:
            left = {rate: base for rate, (base, _vat) in room[row.pk].items()}
            found[row.payer_id].append(Billable(row.pk, row.reference, row.issue_date, left, tuple(spans[row.pk])))
    return found
