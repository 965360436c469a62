"""Charging the forty euros and the interest of a late invoice: never the calendar's doing, always a person's, with a reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from billing.drafting import Draft, period_text
from billing.dunning import INDEMNITY_CENTS
from billing.exceptions_books import BookRefusal
from billing.late_interest import Part
from billing.models import Indemnity, InterestCharge, Invoice
from billing.paper import INVOICE, Line, Total
from billing.selectors.papers import paper_of
from billing.selectors.recovery import Recovery, recovery_facts
from billing.services import _money
from billing.services.issued import follow
from billing.services.issuing import issue_many
from core import audit, idempotency
from core.access import Actor, get_or_404

INDEMNITY, INTEREST = "indemnity", "interest"
_EXEMPTION = "Indemnité et intérêts de retard : hors du champ d’application de la TVA (article 256 du CGI)"
_DAY = timedelta(days=1)


def charge_recovery(
    *,
    actor: Actor,
    invoice: UUID,
    reason: str,
    what: Collection[str] = (INDEMNITY, INTEREST),
    claim: idempotency.Claim | None = None,
) -> Invoice:
    """Issue one invoice, without VAT, of what a late invoice owes beside itself; returns it.

    `what`: the forty euros (code de commerce, D441-5), once an invoice, and the interest (L441-10) of the days that none
    was charged for yet, until today. Raises NotForYou, `reason_missing`, `recovery_nothing_chosen`,
    `indemnity_charged`, `indemnity_not_due`, `interest_not_due`.
    """
    if not reason.strip():
        raise BookRefusal("reason_missing")
    chosen = [one for one in (INDEMNITY, INTEREST) if one in what]
    if not chosen:
        raise BookRefusal("recovery_nothing_chosen")
    found = get_or_404(actor, Invoice, "dun", uid=invoice)
    with transaction.atomic():
        if (kept := idempotency.begin(actor, claim)) is not None:
            return kept  # type: ignore[return-value]
        _money.lock_payers([found.payer_id])
        row = Invoice.objects.select_for_update(of=("self",), no_key=True).get(pk=found.pk)
        facts = recovery_facts(row)
        _check(facts, chosen)
        (paper,) = issue_many(actor=actor, drafts=[_draft(facts, chosen)])
        follow(actor=actor, invoices=[paper])
        _write(actor, facts, chosen, paper, reason.strip()[:300])
        audit.record(
            actor,
            "billing.charge_recovery",
            row,
            practice_id=row.practice_id,
            what=",".join(chosen),
            cents=paper.gross_cents,
            paper=paper.pk,
        )
        idempotency.complete(actor, claim, paper)
    return paper


def _check(facts: Recovery, chosen: Collection[str]) -> None:
    if INDEMNITY in chosen and not facts.may_charge_indemnity:
        raise BookRefusal("indemnity_charged" if facts.indemnity else "indemnity_not_due")
    if INTEREST in chosen and facts.interest_cents == 0:
        raise BookRefusal("interest_not_due")


def _write(actor: Actor, facts: Recovery, chosen: Collection[str], paper: Invoice, reason: str) -> None:
    if INDEMNITY in chosen:
        Indemnity.objects.create(invoice=facts.invoice, charged_by=paper, reason=reason, by_id=actor.user_id)
    if INTEREST in chosen:
        InterestCharge.objects.bulk_create(
            InterestCharge(
                invoice=facts.invoice,
                charged_by=paper,
                after=part.after,
                until=part.until,
                rate_bp=part.rate_bp,
                amount_cents=part.cents,
                reason=reason,
                by_id=actor.user_id,
            )
            for part in facts.parts
        )


def _draft(facts: Recovery, chosen: Collection[str]) -> Draft:
    row = facts.invoice
    lines = []
    if INDEMNITY in chosen:
        label = f"Indemnité forfaitaire pour frais de recouvrement, facture {row.reference}"
        lines.append(_line(facts, label, INDEMNITY_CENTS, INDEMNITY))
    if INTEREST in chosen:
        # What rounds to nothing is charged with nothing: its days are spent all the same.
        lines += [_interest(facts, part) for part in facts.parts if part.cents]
    paper = replace(
        paper_of(row),
        kind=INVOICE,
        lines=tuple(lines),
        totals=(Total(0, sum(line.net_cents for line in lines), 0, _EXEMPTION),),
        period_start=min(line.period_start for line in lines),
        period_end=max(line.period_end for line in lines),
        reference="",
        issue_date=None,
        due_date=None,
        corrects=None,
        reason="",
    )
    return Draft(payer_id=row.payer_id, practice_id=row.practice_id, paper=paper)


def _interest(facts: Recovery, part: Part) -> Line:
    """The days of one rate."""
    first, end = part.after + _DAY, part.until + _DAY
    rate = f"{part.rate_bp / 100:g}".replace(".", ",")
    days = period_text(first, end).partition(" (")[0]
    label = f"Intérêts de retard à {rate} % l’an, facture {facts.invoice.reference}, {days}"
    return replace(_line(facts, label, part.cents, INTEREST), period_start=first, period_end=end)


def _line(facts: Recovery, label: str, cents: int, kind: str) -> Line:
    row = facts.invoice
    return Line(
        label=label,
        quantity=1,
        unit_cents=cents,
        vat_rate=0,
        period_start=row.period_start,
        period_end=row.period_end,
        kind=kind,
    )
