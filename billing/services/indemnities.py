"""Charging the forty euros: never the calendar's doing, always a person's, with a reason."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import transaction

from billing.days import today
from billing.drafting import Draft
from billing.dunning import INDEMNITY_CENTS, late_days
from billing.exceptions_books import BookRefusal
from billing.models import Indemnity, Invoice, InvoiceLine
from billing.paper import INVOICE, Line, Total
from billing.selectors.papers import paper_of
from billing.services import _money
from billing.services.issued import follow
from billing.services.issuing import issue_many
from core import audit
from core.access import Actor, get_or_404

_EXEMPTION = "Indemnité hors du champ d’application de la TVA (article 256 du CGI)"


def charge_indemnity(*, actor: Actor, invoice: UUID, reason: str) -> Indemnity:
    """Issue an invoice of forty euros, without VAT, for a late invoice (code de commerce, D441-5).

    Raises NotForYou, `reason_missing`, `indemnity_not_due`, `indemnity_charged`.
    """
    if not reason.strip():
        raise BookRefusal("reason_missing")
    with transaction.atomic():
        found = get_or_404(actor, Invoice, "dun", uid=invoice)
        _money.lock_payers([found.payer_id])
        row = Invoice.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if Indemnity.objects.filter(invoice=row).exists():
            raise BookRefusal("indemnity_charged")
        recovery = InvoiceLine.objects.filter(invoice=row, kind__in=("indemnity", "interest")).exists()
        if recovery or row.due_date is None or late_days(row.due_date, today()) == 0:
            raise BookRefusal("indemnity_not_due")
        (paper,) = issue_many(actor=actor, drafts=[_draft(row)])
        follow(actor=actor, invoices=[paper])
        made = Indemnity.objects.create(invoice=row, charged_by=paper, reason=reason.strip()[:300], by_id=actor.user_id)
        audit.record(actor, "billing.charge_indemnity", row, practice_id=row.practice_id, cents=INDEMNITY_CENTS)
    return made


def _draft(row: Invoice) -> Draft:
    line = Line(
        label=f"Indemnité forfaitaire pour frais de recouvrement, facture {row.reference}",
        quantity=1,
        unit_cents=INDEMNITY_CENTS,
        vat_rate=0,
        period_start=row.period_start,
        period_end=row.period_end,
        kind="indemnity",
    )
    paper = replace(
        paper_of(row),
        kind=INVOICE,
        lines=(line,),
        totals=(Total(0, INDEMNITY_CENTS, 0, _EXEMPTION),),
        reference="",
        issue_date=None,
        due_date=None,
        corrects=None,
        reason="",
    )
    return Draft(payer_id=row.payer_id, practice_id=row.practice_id, paper=paper)
