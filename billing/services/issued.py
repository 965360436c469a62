"""What follows the issue of invoices, in the same transaction: the books, what was paid over, the files, the news."""

from __future__ import annotations

from collections.abc import Sequence

from billing.models import Invoice
from billing.selectors.credit import payers_with_credit
from billing.services import payments, posting
from billing.services.announcing import announce
from billing.services.papers import plan_files
from core.access import Actor


def follow(*, actor: Actor, invoices: Sequence[Invoice], tell: bool = True) -> None:
    """Post, set against what is free for the payer, plan the files and the e-mails. A few statements for any number,
    and some more for each payer of whom something is free."""
    ids = [invoice.pk for invoice in invoices]
    rows = list(Invoice.objects.filter(pk__in=ids).select_related("payer", "corrects").order_by("series_id", "number"))
    posting.post_invoices(actor=actor, invoices=rows)
    for row in rows:
        if row.is_credit_note:
            payments.allocate_credit_note(actor=actor, credit_note=row)
    free = payers_with_credit({row.payer_id for row in rows})
    for row in rows:
        if not row.is_credit_note and row.payer_id in free:
            payments.apply_credit(actor=actor, invoice=row)
    plan_files(rows)
    if tell:
        announce(rows)
