"""What follows when an invoice is paid to its last cent, and when it no longer is."""

from __future__ import annotations

from billing.models import Allocation, Invoice
from billing.selectors.balance import open_cents
from core.access import Actor


def after_allocation(actor: Actor, invoice: Invoice) -> None:
    """Tells the books and the dunning that the invoice owes nothing any more."""
    if open_cents(invoice) == 0:
        pass


def after_undoing(actor: Actor, allocation: Allocation) -> None:
    """The lettering that held the allocation no longer does."""
