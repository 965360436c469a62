"""Who reads invoices and who makes them: the owner and the accountant read their practice's, billing staff do the rest."""

from __future__ import annotations

from django.db.models import Q

from billing.models import Invoice, InvoiceRun
from billing.rules import KEEPS, NOBODY, in_practice, is_staff
from core.access import Actor, rule


def _everything(actor: Actor) -> Q:
    return ~Q(pk__in=[]) if is_staff(actor) else NOBODY


@rule(Invoice, "read")
def read_invoice(actor: Actor) -> Q:
    """Issued ones: a draft is nobody's invoice."""
    seen = _everything(actor) if is_staff(actor) else in_practice(actor, "practice_id", KEEPS)
    return seen & Q(issued_at__isnull=False)


@rule(Invoice, "credit")
def credit_invoice(actor: Actor) -> Q:
    """What a credit note may correct: an issued invoice."""
    return _everything(actor) & Q(issued_at__isnull=False, kind="invoice")


@rule(InvoiceRun, "read")
def read_run(actor: Actor) -> Q:
    return _everything(actor)


@rule(InvoiceRun, "keep")
def keep_run(actor: Actor) -> Q:
    """Start, pause, resume and run again."""
    return _everything(actor)
