"""Issued rows as the papers they are: a fixed number of statements, however many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from billing.models import Invoice, InvoiceLine, VatTotal
from billing.paper import Line, Mention, Paper, Party, Total


def papers_of(ids: Iterable[int]) -> dict[int, Paper]:
    """Invoice id → its paper, drafts included (without reference nor dates)."""
    rows = Invoice.objects.select_related("corrects").filter(pk__in=list(ids))
    lines, totals = defaultdict(list), defaultdict(list)
    found = {row.pk: row for row in rows}
    for line in InvoiceLine.objects.filter(invoice__in=found).order_by("invoice_id", "position"):
        lines[line.invoice_id].append(_line(line))
    for total in VatTotal.objects.filter(invoice__in=found).order_by("invoice_id", "-rate"):
        totals[total.invoice_id].append(Total(total.rate, total.base_cents, total.vat_cents, total.exemption))
    return {pk: _paper(row, lines[pk], totals[pk]) for pk, row in found.items()}


def paper_of(invoice: Invoice) -> Paper:
    return papers_of([invoice.pk])[invoice.pk]


def is_intact(invoice: Invoice) -> bool:
    """Whether an issued invoice still says what it said when it was issued."""
    return paper_of(invoice).content_hash() == invoice.content_hash


def _paper(row: Invoice, lines: list[Line], totals: list[Total]) -> Paper:
    corrected = row.corrects
    corrects = None
    if corrected is not None and corrected.reference and corrected.issue_date:
        corrects = (corrected.reference, corrected.issue_date)
    return Paper(
        kind=row.kind,
        seller=Party.of_json(row.seller),
        buyer=Party.of_json(row.buyer),
        lines=tuple(lines),
        totals=tuple(totals),
        period_start=row.period_start,
        period_end=row.period_end,
        mentions=tuple(Mention(**mention) for mention in row.mentions),
        reference=row.reference or "",
        issue_date=row.issue_date,
        due_date=row.due_date,
        purchase_order=row.purchase_order,
        method=row.method,
        corrects=corrects,
        reason=row.reason,
        language=row.language,
    )


def _line(row: InvoiceLine) -> Line:
    return Line(
        label=row.label,
        quantity=row.quantity,
        unit_cents=row.unit_cents,
        vat_rate=row.vat_rate,
        period_start=row.period_start,
        period_end=row.period_end,
        kind=row.kind,
        item_id=row.item_id,
        price_id=row.price_id,
        adjustment_id=row.adjustment_id,
        detail=row.detail,
    )
