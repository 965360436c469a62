"""Days billed that are no longer due, given back by credit notes on the invoices that billed them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction

from billing.charges import LOOK_BACK
from billing.drafting import Billable, Draft, credit_papers
from billing.enums_invoice import InvoiceKind
from billing.models import Invoice, Payer
from billing.money import months_before
from billing.selectors.credit import billables_of, room_of
from billing.selectors.run import prepare
from billing.services.crediting import credited_totals
from billing.services.issued import follow
from billing.services.issuing import issue_many, lacks
from core import audit
from core.access import Actor


def give_back_days(*, actor: Actor, payers: Sequence[Payer], month: date) -> list[Invoice]:
    """Issue the credit notes of these payers for days billed, up to a month, that are not due any more.

    What is due and not billed waits for the next run, and so does what no invoice can take. Called twice it gives back
    once: the credit notes are read as the invoices are.
    """
    with transaction.atomic():
        billables = billables_for([payer.pk for payer in payers], month)
        drafts = []
        for one in prepare(payers, month, only_credits=True):
            made = credit_drafts(one.draft, billables.get(one.payer.pk, [])) if one.draft else []
            if not any(lacks(draft) for draft in made):
                drafts += made
        notes = issue_many(actor=actor, drafts=drafts, checked=True)
        if notes:
            follow(actor=actor, invoices=notes)
        for note in notes:
            audit.record(
                actor,
                "billing.issue_credit_note",
                note,
                practice_id=note.practice_id,
                corrects=note.corrects_id,
                gross_cents=note.gross_cents,
            )
    return notes


def billables_for(payer_ids: Sequence[int], month: date) -> dict[int, list[Billable]]:
    """The invoices that may take credit notes, latest first by payer, locked: nobody credits them meanwhile."""
    if not payer_ids:
        return {}
    since = months_before(month, LOOK_BACK)
    issued = Invoice.objects.select_for_update(of=("self",), no_key=True).filter(
        payer__in=payer_ids, kind=InvoiceKind.INVOICE, issued_at__isnull=False, period_end__gt=since
    )
    list(issued.order_by("pk").values_list("pk", flat=True))
    return billables_of(payer_ids, since)


def credit_drafts(draft: Draft, billables: Sequence[Billable]) -> list[Draft]:
    """The credit notes that stand for a draft of negative sum; none when no invoice has room for them."""
    papers = credit_papers(draft.paper, billables)
    room = room_of({home for _paper, home in papers}) if papers else {}
    made = []
    for paper, home in papers:
        exemptions = {total.rate: total.exemption for total in paper.totals}
        totals = credited_totals(paper.lines, room[home], exemptions)
        for total in totals:
            base, vat = room[home][total.rate]
            room[home][total.rate] = (base - total.base_cents, vat - total.vat_cents)
        made.append(replace(draft, paper=replace(paper, totals=tuple(totals)), corrects_id=home))
    return made
