"""What follows when an invoice is paid to its last cent, and when it no longer is. For services, with the payer locked."""

from __future__ import annotations

from billing.models import Allocation, Invoice, Payer
from billing.selectors.balance import open_cents
from billing.services.lettering import letter_payer, unletter
from core.access import Actor


def after_allocation(actor: Actor, invoice: Invoice) -> None:
    """An invoice that owes nothing any more is lettered, and what was closed for it opens at once."""
    from billing.services.dunning import after_payment  # noqa: PLC0415  (it locks payers as `_money` does)

    if open_cents(invoice) == 0:
        letter_payer(actor=actor, payer=invoice.payer)
        after_payment(actor=actor, invoice=invoice)


def after_undoing(actor: Actor, allocation: Allocation) -> None:
    """The letter that held the allocation is taken off; the invoice owes again."""
    from billing.services.dunning import after_return  # noqa: PLC0415  (it locks payers as `_money` does)

    unletter(actor=actor, allocation=allocation)
    after_return(actor=actor, invoice=allocation.invoice)


def after_giving_back(actor: Actor, payer: Payer) -> None:
    """Money that came and went settles itself."""
    letter_payer(actor=actor, payer=payer)
