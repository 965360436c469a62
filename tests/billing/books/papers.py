"""Issued invoices and received payments for the tests of books and dunning, written as the tables ask."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from billing.models import Invoice, InvoiceLine, Payer, Series, VatTotal
from billing.seller import seller
from billing.terms import mentions
from core import clock
from tests.billing.invoices.rows import a_buyer
from tests.factories import PracticeFactory


def payer_of(practice: Any = None, *, name: str = "CABINET X", **more: Any) -> Payer:
    values = {"email": "compta@cabinet.example", "siren": "732829320", "siret": "73282932000074", **more}
    payer = Payer.objects.create(practice=practice or PracticeFactory(), name=name, **values)
    payer.refresh_from_db()
    return payer


def issued(
    payer: Payer,
    net: int = 8_900,
    *,
    on: date = date(2026, 3, 1),
    rate: int = 2_000,
    kind: str = "normal",
    corrects: Invoice | None = None,
    terms: int = 30,
) -> Invoice:
    """An invoice of one line, or the credit note of another."""
    vat = (net * rate + 5_000) // 10_000
    word = "A" if corrects else "F"
    series, _ = Series.objects.get_or_create(code=f"{word}{on.year}")
    month = on.replace(day=1)
    invoice = Invoice.objects.create(
        kind="credit_note" if corrects else "invoice",
        payer=payer,
        practice=payer.practice,
        corrects=corrects,
        period_start=month,
        period_end=(month + timedelta(days=32)).replace(day=1),
        seller=seller().as_json(),
        buyer=a_buyer(name=payer.name).as_json(),
        mentions=[asdict(mention) for mention in mentions(vat_on_debits=True)],
        net_cents=net,
        vat_cents=vat,
        gross_cents=net + vat,
        method=payer.method,
    )
    InvoiceLine.objects.create(
        invoice=invoice,
        position=1,
        label="Abonnement",
        unit_cents=net,
        net_cents=net,
        vat_rate=rate,
        period_start=invoice.period_start,
        period_end=invoice.period_end,
        kind=kind,
    )
    VatTotal.objects.create(invoice=invoice, rate=rate, base_cents=net, vat_cents=vat)
    Series.objects.filter(pk=series.pk).update(
        last_number=series.last_number + 1, last_date=max(on, series.last_date or on)
    )
    series.refresh_from_db()
    invoice.series, invoice.number = series, series.last_number
    invoice.reference = f"{series.code}-{series.last_number:06d}"
    invoice.issued_at, invoice.issue_date, invoice.due_date = clock.now(), on, on + timedelta(days=terms)
    invoice.content_hash = hashlib.sha256(invoice.reference.encode()).hexdigest()
    invoice.save()
    return invoice
