"""Invoices of which something is open after their due date, as dunning and its pages see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from billing.days import today
from billing.dunning import Step, Unpaid, is_restricted, last_act, late_days, next_step
from billing.enums_books import DunningAct, StepOutcome
from billing.enums_payment import LIVE_DEBITS, DebitState, PaymentState
from billing.models import Debit, DunningHold, DunningStep, Invoice, Payment
from billing.selectors.balance import due_invoices
from core.access import Actor, scoped

_ON_ITS_WAY = tuple(state for state in LIVE_DEBITS if state != DebitState.SETTLED)


@dataclass(frozen=True, slots=True)
class Late:
    """A late invoice (with `open_cents`), what was done about it, and what comes next."""

    invoice: Invoice
    open_cents: int
    days: int
    act: DunningAct | None
    act_on: date | None
    restricted: bool
    held_until: date | None
    hold_reason: str
    money_comes: bool
    next_step: Step | None
    next_on: date | None


def overdue(invoices: QuerySet[Invoice], day: date | None = None) -> QuerySet[Invoice]:
    """Those among these that are late on a day (today), oldest first, with `open_cents`."""
    return due_invoices(invoices.filter(due_date__lt=day or today()))


def overdue_for(actor: Actor) -> QuerySet[Invoice]:
    """All that are late and that the actor may follow up."""
    return overdue(scoped(actor, Invoice, "dun")).select_related("payer", "practice")


def facts_of(invoices: Sequence[Invoice]) -> dict[int, Unpaid]:
    """Invoice id → its facts, from rows with `open_cents`. Four statements, however many."""
    ids = [invoice.pk for invoice in invoices]
    taken: dict[int, dict[str, date]] = defaultdict(dict)
    left_out: dict[int, set[str]] = defaultdict(set)
    for pk, act, outcome, day in DunningStep.objects.filter(invoice__in=ids).values_list(
        "invoice_id", "act", "outcome", "on_day"
    ):
        taken[pk][act] = day
        if outcome == StepOutcome.SKIPPED:
            left_out[pk].add(act)
    holds = dict(DunningHold.objects.filter(invoice__in=ids, ended_at__isnull=True).values_list("invoice_id", "until"))
    coming = set(Debit.objects.filter(invoice__in=ids, state__in=_ON_ITS_WAY).values_list("invoice_id", flat=True))
    coming |= set(
        Payment.objects.filter(for_invoice__in=ids, state=PaymentState.PENDING).values_list("for_invoice_id", flat=True)
    )
    return {
        invoice.pk: Unpaid(
            due_on=invoice.due_date or date.max,
            open_cents=invoice.open_cents,  # type: ignore[attr-defined]
            method=invoice.payer.method,
            taken=taken[invoice.pk],
            left_out=frozenset(left_out[invoice.pk]),
            held_until=holds.get(invoice.pk),
            money_comes=invoice.pk in coming,
        )
        for invoice in invoices
    }


def late_of(invoices: Iterable[Invoice]) -> list[Late]:
    """The rows of a page, in their order."""
    rows = list(invoices)
    facts, day = facts_of(rows), today()
    reasons = dict(
        DunningHold.objects.filter(invoice__in=[row.pk for row in rows], ended_at__isnull=True).values_list(
            "invoice_id", "reason"
        )
    )
    return [_late(row, facts[row.pk], reasons.get(row.pk, ""), day) for row in rows]


def keeps_closed(practice_id: int) -> bool:
    """Whether an unpaid invoice of the practice keeps its online booking closed."""
    rows = list(overdue(Invoice.objects.filter(practice=practice_id)).select_related("payer"))
    return any(is_restricted(facts.taken, facts.left_out) for facts in facts_of(rows).values()) if rows else False


def is_behind(practice_id: int) -> bool:
    """Whether any invoice of the practice is late."""
    return overdue(Invoice.objects.filter(practice=practice_id)).exists()


def _late(row: Invoice, facts: Unpaid, reason: str, day: date) -> Late:
    act = last_act(facts.taken, facts.left_out)
    coming = next_step(facts)
    held = facts.held_until if facts.held_until and facts.held_until > day else None
    return Late(
        invoice=row,
        open_cents=facts.open_cents,
        days=late_days(facts.due_on, day),
        act=act,
        act_on=facts.taken.get(act) if act else None,
        restricted=is_restricted(facts.taken, facts.left_out),
        held_until=held,
        hold_reason=reason if held else "",
        money_comes=facts.money_comes,
        next_step=coming[0] if coming else None,
        next_on=coming[1] if coming else None,
    )
