"""Who reads invoices and who makes them: the owner and the accountant read their practice's, billing staff do the rest."""

from __future__ import annotations

from django.db.models import Q

from billing.models import Invoice, InvoiceRun
from billing.rules import KEEPS, staff_only, staff_or
from core.access import Actor, rule


@rule(Invoice, "read")
def read_invoice(actor: Actor) -> Q:
    """Issued ones: a draft is nobody's invoice."""
    seen = staff_or(actor, "practice_id", KEEPS)
    return seen & Q(issued_at__isnull=False)


@rule(Invoice, "credit")
def credit_invoice(actor: Actor) -> Q:
    """What a credit note may correct: an issued invoice."""
    return staff_only(actor) & Q(issued_at__isnull=False, kind="invoice")


@rule(InvoiceRun, "read")
def read_run(actor: Actor) -> Q:
    return staff_only(actor)


@rule(InvoiceRun, "keep")
def keep_run(actor: Actor) -> Q:
    """Start, pause, resume and run again."""
    return staff_only(actor)
