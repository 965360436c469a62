"""Credit notes: a mistake or a gesture on an issued invoice, never above what is left of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction

from billing.drafting import GESTURE, Draft
from billing.enums_invoice import InvoiceKind
from billing.exceptions_invoice import InvoiceRefusal
from billing.models import Invoice
from billing.paper import CREDIT_NOTE, Line, Total
from billing.selectors.credit import given_by_line, room_of
from billing.selectors.papers import paper_of
from billing.services.issued import follow
from billing.services.issuing import issue_many
from billing.vat import bases, vat_cents
from core import audit, idempotency
from core.access import Actor, get_or_404
from core.idempotency import Claim

Room = Mapping[int, tuple[int, int]]


def credit(
    *,
    actor: Actor,
    invoice: UUID,
    reason: str,
    amounts: Mapping[int, int] | None = None,
    rebill: bool = False,
    tell: bool = True,
    claim: Claim | None = None,
) -> Invoice:
    """Issue a credit note on an invoice: on `amounts`, {position of a line: cents before tax}, or on all that is left.

    `rebill`: the days of the lines count as not billed any more, so that the next run charges what is due of them; it
    takes whole lines. Raises NotForYou, `reason_missing`, `credit_nothing`, `credit_unknown_line`, `credit_too_much`.
    """
    if not reason.strip():
        raise InvoiceRefusal("reason_missing")
    with transaction.atomic():
        if (kept := idempotency.begin(actor, claim)) is not None:
            return kept  # type: ignore[return-value]
        found = get_or_404(actor, Invoice, "credit", uid=invoice)
        # Two credit notes on one invoice are reckoned one after the other; a payment may point to it meanwhile.
        row = Invoice.objects.select_for_update(of=("self",), no_key=True).get(pk=found.pk)
        room = room_of([row.pk])[row.pk]
        paper = paper_of(row)
        if not (paper.reference and paper.issue_date):
            raise InvoiceRefusal("not_an_invoice")
        given = given_by_line(row)
        lines = _of_rest(paper.lines, room) if amounts is None else _of_amounts(paper.lines, amounts, rebill, given)
        totals = credited_totals(lines, room, {total.rate: total.exemption for total in paper.totals})
        note = replace(
            paper,
            kind=CREDIT_NOTE,
            lines=tuple(lines),
            totals=tuple(totals),
            period_start=min(line.period_start for line in lines),
            period_end=max(line.period_end for line in lines),
            corrects=(paper.reference, paper.issue_date),
            reason=reason.strip()[:300],
        )
        draft = Draft(payer_id=row.payer_id, practice_id=row.practice_id, paper=note, corrects_id=row.pk)
        (made,) = issue_many(actor=actor, drafts=[draft])
        follow(actor=actor, invoices=[made], tell=tell)
        audit.record(
            actor,
            f"billing.issue_{InvoiceKind.CREDIT_NOTE}",
            made,
            practice_id=row.practice_id,
            corrects=row.pk,
            gross_cents=made.gross_cents,
        )
        idempotency.complete(actor, claim, made)
    return made


def credited_totals(lines: Sequence[Line], room: Room, exemptions: Mapping[int, str]) -> list[Total]:
    """The totals of credit lines; the last credit note of an invoice takes the cents that rounding left of its VAT.

    Raises `credit_too_much` when a rate has less left.
    """
    totals = []
    for rate, base in bases((line.net_cents, line.vat_rate) for line in lines).items():
        left, left_vat = room.get(rate, (0, 0))
        if base < 0 or base > left:
            raise InvoiceRefusal("credit_too_much", left_cents=left)
        vat = left_vat if base == left else min(vat_cents(base, rate), left_vat)
        totals.append(Total(rate, base, vat, exemptions.get(rate, "")))
    if not sum(total.base_cents for total in totals):
        raise InvoiceRefusal("credit_nothing")
    return totals


def _of_amounts(
    lines: Sequence[Line], amounts: Mapping[int, int], rebill: bool, given: Mapping[tuple[str, date, date], int]
) -> list[Line]:
    """The lines to give back; of none more than is left of it, whatever is left of the others."""
    left = {_key(line): -given.get(_key(line), 0) for line in lines}
    for line in lines:
        left[_key(line)] += line.net_cents
    made = []
    for position, cents in sorted(amounts.items()):
        if not 1 <= position <= len(lines):
            raise InvoiceRefusal("credit_unknown_line")
        line = lines[position - 1]
        if cents <= 0:
            raise InvoiceRefusal("credit_nothing")
        rest = min(line.net_cents, left[_key(line)])
        if cents > rest or (rebill and cents != line.net_cents):
            raise InvoiceRefusal("credit_too_much", left_cents=max(rest, 0))
        left[_key(line)] -= cents
        part = replace(line, adjustment_id=None) if rebill else _unbilled(line)
        made.append(part if cents == line.net_cents else replace(part, quantity=1, unit_cents=cents))
    if not made:
        raise InvoiceRefusal("credit_nothing")
    return made


def _key(line: Line) -> tuple[str, date, date]:
    return line.label, line.period_start, line.period_end


def _of_rest(lines: Sequence[Line], room: Room) -> list[Line]:
    """One line per rate for all that is left; the lines themselves when nothing was given back yet."""
    whole = [_unbilled(line) for line in lines]
    if all(base == room.get(rate, (0, 0))[0] for rate, base in bases((x.net_cents, x.vat_rate) for x in lines).items()):
        return whole
    made = []
    for rate, (left, _vat) in room.items():
        first = next(line for line in whole if line.vat_rate == rate)
        if left > 0:
            made.append(replace(first, label="Solde de la facture", quantity=1, unit_cents=left, detail={}))
    if not made:
        raise InvoiceRefusal("credit_nothing")
    return made


def _unbilled(line: Line) -> Line:
    """The line with the item and the price it gives back a part of, as a gesture: its days stay billed all the same."""
    return replace(line, adjustment_id=None, kind=GESTURE if line.item_id is not None else line.kind)
