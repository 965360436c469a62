"""Who reads the books and follows unpaid invoices: billing staff at work, nobody else."""

from __future__ import annotations

from django.db.models import Q

from billing.models import ClosedMonth, Entry, Invoice
from billing.rules import staff_only
from core.access import Actor, rule


@rule(Entry, "read")
def read_entry(actor: Actor) -> Q:
    return staff_only(actor)


@rule(ClosedMonth, "read")
def read_closed_month(actor: Actor) -> Q:
    return staff_only(actor)


@rule(Invoice, "dun")
def dun_invoice(actor: Actor) -> Q:
    """What may be reminded, held or charged an indemnity: an issued invoice."""
    return staff_only(actor) & Q(issued_at__isnull=False, kind="invoice")
