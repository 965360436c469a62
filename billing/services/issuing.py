"""Issuing: a draft is checked, written, numbered and sealed in one transaction, or nothing of it stays."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta

from django.conf import settings
from django.db import connection, transaction

from billing.drafting import Draft
from billing.exceptions_invoice import InvoiceRefusal
from billing.mandatory import Missing, missing
from billing.models import Invoice, InvoiceLine, VatTotal
from billing.paper import Paper
from billing.services.numbering import PARIS, Numbers, take_numbers
from core import audit, clock
from core.access import Actor

_SEAL = """
UPDATE billing_invoice AS invoice
SET series_id = sealed.series, number = sealed.number, reference = sealed.reference, issued_at = %s,
    issue_date = sealed.day, due_date = sealed.due, content_hash = sealed.hash
FROM jsonb_to_recordset(%s::jsonb)
    AS sealed (id bigint, series bigint, number int, reference text, day date, due date, hash text)
WHERE invoice.id = sealed.id
"""


def issue(*, actor: Actor, draft: Draft) -> Invoice:
    """Issue one invoice or credit note: check, number and seal it. `billing.services.issued.follow` does what comes after
    (books, files, e-mail), in the same transaction.

    Raises InvoiceRefusal `invoice_incomplete` with `missing`, the list of everything that it lacks.
    """
    with transaction.atomic():
        (invoice,) = issue_many(actor=actor, drafts=[draft])
        audit.record(
            actor,
            f"billing.issue_{invoice.kind}",
            invoice,
            practice_id=invoice.practice_id,
            gross_cents=invoice.gross_cents,
        )
    return invoice


def lacks(draft: Draft) -> list[Missing]:
    """What keeps a draft from being issued today."""
    today = clock.today(PARIS)
    return missing(draft.paper.issued("-", today, due_on(draft.paper, today)))


def due_on(paper: Paper, day: date) -> date:
    """The due date of a paper issued on a day; a credit note is due at once."""
    return day if paper.is_credit_note else day + timedelta(days=settings.BILLING_PAYMENT_DAYS)


def issue_many(*, actor: Actor, drafts: Sequence[Draft], checked: bool = False) -> list[Invoice]:
    """Issue several, in their order, inside the caller's transaction: a fixed number of statements but for the books.

    The caller writes the audit row. Raises as `issue`, for the first draft that lacks something; `checked`: the caller asked
    `lacks` of each just before.
    """
    if not drafts:
        return []
    for draft in drafts if not checked else ():
        if lacking := lacks(draft):
            raise InvoiceRefusal("invoice_incomplete", missing=[one.as_json() for one in lacking])
    rows = _write(drafts)
    numbers = take_numbers(Counter(draft.paper.kind for draft in drafts))
    _seal(rows, drafts, numbers)
    return rows


def _write(drafts: Sequence[Draft]) -> list[Invoice]:
    rows = Invoice.objects.bulk_create([_row(draft) for draft in drafts])
    pairs = list(zip(rows, drafts, strict=True))
    InvoiceLine.objects.bulk_create(
        [
            InvoiceLine(
                invoice=row,
                position=position,
                label=line.label,
                quantity=line.quantity,
                unit_cents=line.unit_cents,
                net_cents=line.net_cents,
                vat_rate=line.vat_rate,
                period_start=line.period_start,
                period_end=line.period_end,
                item_id=line.item_id,
                price_id=line.price_id,
                adjustment_id=line.adjustment_id,
                kind=line.kind,
                detail=dict(line.detail),
            )
            for row, draft in pairs
            for position, line in enumerate(draft.paper.lines, start=1)
        ],
        batch_size=1_000,
    )
    VatTotal.objects.bulk_create(
        [VatTotal(invoice=row, **asdict(total)) for row, draft in pairs for total in draft.paper.totals],
        batch_size=1_000,
    )
    return rows


def _row(draft: Draft) -> Invoice:
    paper = draft.paper
    return Invoice(
        kind=paper.kind,
        payer_id=draft.payer_id,
        practice_id=draft.practice_id,
        run_id=draft.run_id,
        period_start=paper.period_start,
        period_end=paper.period_end,
        seller=paper.seller.as_json(),
        buyer=paper.buyer.as_json(),
        mentions=[asdict(mention) for mention in paper.mentions],
        purchase_order=paper.purchase_order,
        method=paper.method,
        net_cents=paper.net_cents,
        vat_cents=paper.vat_cents,
        gross_cents=paper.gross_cents,
        corrects_id=draft.corrects_id,
        reason=paper.reason,
        language=paper.language,
    )


def _seal(rows: Sequence[Invoice], drafts: Sequence[Draft], numbers: dict[str, Numbers]) -> None:
    at = clock.now()
    offsets: Counter[str] = Counter()
    for row, draft in zip(rows, drafts, strict=True):
        taken, offset = numbers[row.kind], offsets[row.kind]
        offsets[row.kind] += 1
        row.series, row.number, row.reference = taken.series, taken.first + offset, taken.reference(offset)
        row.issued_at, row.issue_date, row.due_date = at, taken.day, due_on(draft.paper, taken.day)
        paper = replace(draft.paper, reference=row.reference, issue_date=row.issue_date, due_date=row.due_date)
        row.content_hash = paper.content_hash()
    sealed = [
        {
            "id": row.pk,
            "series": row.series_id,
            "number": row.number,
            "reference": row.reference,
            "day": str(row.issue_date),
            "due": str(row.due_date),
            "hash": row.content_hash,
        }
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SEAL, [at, json.dumps(sealed)])
