"""The e-mail of an invoice: its number, its amount and a link to the page behind the sign-in. Nothing is attached."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from billing.models import Invoice
from core.phrasing import day_text, price_text
from notifications import rendering
from notifications.models import Message
from notifications.registry import Envelope, kind

INVOICE = "billing.invoice"


@kind(INVOICE)
def invoice(message: Message) -> Envelope | None:
    """None when the payer has no address any more."""
    row = Invoice.objects.select_related("payer").filter(pk=message.subject_id, issued_at__isnull=False).first()
    if row is None:
        return None
    to = (message.address or "") or (message.user.email if message.user and message.user.is_active else "")
    return rendering.email(INVOICE, words(row), to=to) if to else None


def words(row: Invoice) -> dict[str, Any]:
    """What the templates say of an issued invoice."""
    path = reverse("subscription:invoice", args=[row.uid])
    return {
        "credit_note": row.is_credit_note,
        "reference": row.reference,
        "amount": price_text(row.gross_cents),
        "due": day_text(row.due_date, weekday=False, year=True) if row.due_date else "",
        "method": row.method,
        "payer": row.buyer.get("name", ""),
        "link": rendering.absolute(path),
    }


def subject_of(row: Invoice) -> str:
    return f"invoice:{row.pk}"
