"""VAT that falls due with the money (CGI, art. 269, 2, c), for a seller who has not opted for the debits: from the accounts
where it waits to those where it is owed, in the transaction that moves the money. An invoice that says that it opted is left
alone, for its VAT is owed since its issue.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Sum

from billing import chart
from billing.days import today
from billing.enums_books import Journal, Source
from billing.models import Allocation, EntryLine, Invoice, Refund, VatTotal
from billing.services.posting import Draft, post_drafts
from core.access import Actor

_DUE = {account.number: rate for rate, account in chart.VAT.items()}


def vat_falls_due(*, actor: Actor, allocation: Allocation) -> None:
    """Money pays an invoice in part or in whole: so much of its VAT is owed from then on, to the cent at the last payment."""
    invoice = allocation.invoice
    if allocation.payment is None or invoice.vat_on_debits or not invoice.vat_cents:
        return
    paid = Allocation.objects.live().filter(invoice=invoice, payment__isnull=False)
    cents = paid.aggregate(cents=Sum("amount_cents"))["cents"] or 0
    moved = _moved_of(invoice)
    shares = {rate: due - moved.get(rate, 0) for rate, due in _shares(invoice, cents).items()}
    day = allocation.payment.received_on or today()
    _post(actor, Source.VAT_DUE, allocation.pk, invoice, day, shares, "TVA exigible")


def vat_goes_back(*, actor: Actor, allocation: Allocation) -> None:
    """The money is taken off the invoice again: what that payment made due is not owed any more."""
    if allocation.payment is None or allocation.invoice.vat_on_debits:
        return
    rows = EntryLine.objects.filter(
        entry__source=Source.VAT_DUE, entry__source_id=allocation.pk, account__in=_DUE
    ).values_list("account", "debit_cents", "credit_cents")
    shares = {_DUE[account]: debit - credit for account, debit, credit in rows}
    _post(actor, Source.VAT_BACK, allocation.pk, allocation.invoice, today(), shares, "TVA reprise")


def vat_of_refund(*, actor: Actor, refund: Refund) -> None:
    """Money of a credit note goes back to the payer: so much of its VAT is not owed any more."""
    note = refund.credit_note
    if note is None or note.vat_on_debits or not note.vat_cents:
        return
    given = Refund.objects.filter(credit_note=note, done_on__isnull=False, pk__lt=refund.pk)
    before = _shares(note, given.aggregate(cents=Sum("amount_cents"))["cents"] or 0)
    after = _shares(note, sum(given.values_list("amount_cents", flat=True)) + refund.amount_cents)
    shares = {rate: before[rate] - cents for rate, cents in after.items()}
    _post(actor, Source.VAT_REFUND, refund.pk, note, refund.done_on or today(), shares, "TVA reprise")


def _shares(paper: Invoice, cents: int) -> dict[int, int]:
    """Of each rate's VAT, the part that so many cents of the paper carry, rounded half up."""
    totals = VatTotal.objects.filter(invoice=paper, vat_cents__gt=0).values_list("rate", "vat_cents")
    whole = paper.gross_cents
    return {rate: (2 * vat * cents + whole) // (2 * whole) for rate, vat in totals}


def _moved_of(invoice: Invoice) -> dict[int, int]:
    """What the payments of an invoice have made due until now, by rate."""
    allocations = Allocation.objects.filter(invoice=invoice).values("pk")
    rows = EntryLine.objects.filter(
        entry__source__in=(Source.VAT_DUE, Source.VAT_BACK), entry__source_id__in=allocations, account__in=_DUE
    )
    sums = rows.order_by().values_list("account").annotate(Sum("credit_cents"), Sum("debit_cents"))
    return {_DUE[account]: credit - debit for account, credit, debit in sums}


def _post(
    actor: Actor, source: Source, source_id: int, paper: Invoice, day: date, shares: dict[int, int], word: str
) -> None:
    lines = []
    for rate, cents in shares.items():
        if cents:
            lines += [
                (chart.vat_account(rate, pending=True), None, cents),
                (chart.vat_account(rate), None, -cents),
            ]
    if lines:
        draft = Draft(
            journal=Journal.MISC,
            source=source,
            source_id=source_id,
            day=day,
            piece_ref=paper.reference or "",
            label=f"{word} {paper.reference}",
            lines=tuple(lines),
        )
        post_drafts(actor=actor, drafts=[draft])
