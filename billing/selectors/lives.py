"""The life of a practice or a payer in one list: what was billed, paid, reminded, decided, latest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from billing.models import (
    Adjustment,
    DunningHold,
    DunningStep,
    Invoice,
    Payer,
    Payment,
    Refund,
    Subscription,
    SubscriptionEvent,
)
from billing.selectors.balance import balances, with_open_cents
from core.access import Actor, get_or_404, scoped
from practitioners.models import Practice

MOST = 100


@dataclass(frozen=True, slots=True)
class Moment:
    """One line. `kind` says which sentence; `cents` is signed as the payer's account sees it (positive: they owe more)."""

    day: date
    kind: str
    word: str
    cents: int | None = None
    note: str = ""
    uid: UUID | None = None
    payer: Payer | None = None
    event: SubscriptionEvent | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """A practice as billing sees it: its subscription, its payers with what each owes, and what happened."""

    practice: Practice
    subscription: Subscription | None
    payers: list[tuple[Payer, int]]
    moments: list[Moment]
    adjustments: list[Adjustment]

    @property
    def owed_cents(self) -> int:
        return sum(cents for _, cents in self.payers)


def subscribers(actor: Actor) -> QuerySet[Subscription]:
    """Every practice that has or had a subscription, by name."""
    return scoped(actor, Subscription).select_related("practice").order_by("practice__name", "pk")


def life_of(actor: Actor, uid: UUID) -> Life:
    """A fixed number of statements, at most a hundred lines of each sort. Raises NotForYou."""
    practice = get_or_404(actor, Practice, "read_billing", uid=uid)
    payers = list(scoped(actor, Payer).filter(practice=practice).order_by("closed_on", "-is_default", "name"))
    owed = balances([payer.pk for payer in payers])
    subscription = scoped(actor, Subscription).filter(practice=practice).first()
    by_id = {payer.pk: payer for payer in payers}
    waiting = scoped(actor, Adjustment).filter(payer__in=by_id, withdrawn_at__isnull=True)
    moments = [
        *_papers(actor, by_id),
        *_money(actor, by_id),
        *_follow_up(by_id),
        *_decided(actor, by_id),
        *_subscribed(subscription),
    ]
    moments.sort(key=lambda moment: moment.day, reverse=True)
    return Life(
        practice=practice,
        subscription=subscription,
        payers=[(payer, owed[payer.pk]) for payer in payers],
        moments=moments[:MOST],
        adjustments=list(waiting.exclude(pk__in=_spent(by_id)).select_related("payer").order_by("-pk")[:20]),
    )


def _spent(payers: dict[int, Payer]) -> QuerySet:
    return Invoice.objects.filter(payer__in=payers, lines__adjustment__isnull=False).values("lines__adjustment")


def _papers(actor: Actor, payers: dict[int, Payer]) -> Iterator[Moment]:
    rows = with_open_cents(scoped(actor, Invoice).filter(payer__in=payers)).order_by("-issue_date", "-pk")[:MOST]
    for row in rows:
        yield Moment(
            day=row.issue_date or date.min,
            kind=row.kind,
            word=row.reference or "",
            cents=row.sign * row.gross_cents,
            note=str(max(row.open_cents, 0)) if not row.is_credit_note else "",
            uid=row.uid,
            payer=payers[row.payer_id],
        )


def _money(actor: Actor, payers: dict[int, Payer]) -> Iterator[Moment]:
    for row in scoped(actor, Payment).filter(payer__in=payers).order_by("-pk")[:MOST]:
        payer = payers[row.payer_id]
        day = row.received_on or row.created_at.date()
        yield Moment(
            day, f"payment_{row.state}", row.get_method_display(), -row.amount_cents, row.reference, payer=payer
        )
    for back in Refund.objects.filter(payer__in=payers).order_by("-pk")[:MOST]:
        day = back.done_on or back.asked_at.date()
        yield Moment(
            day, "refund", back.get_state_display(), back.amount_cents, back.reason, payer=payers[back.payer_id]
        )


def _follow_up(payers: dict[int, Payer]) -> Iterator[Moment]:
    steps = DunningStep.objects.filter(invoice__payer__in=payers, outcome="done").select_related("invoice")
    for step in steps.order_by("-pk")[:MOST]:
        payer = payers[step.invoice.payer_id]
        yield Moment(step.on_day, "dunning", step.get_act_display(), None, step.invoice.reference or "", payer=payer)
    for hold in DunningHold.objects.filter(invoice__payer__in=payers).select_related("invoice").order_by("-pk")[:MOST]:
        payer = payers[hold.invoice.payer_id]
        yield Moment(hold.created_at.date(), "hold", hold.invoice.reference or "", None, hold.reason, payer=payer)


def _decided(actor: Actor, payers: dict[int, Payer]) -> Iterator[Moment]:
    for row in scoped(actor, Adjustment).filter(payer__in=payers).order_by("-pk")[:MOST]:
        kind = "adjustment_withdrawn" if row.withdrawn_at else "adjustment"
        payer = payers[row.payer_id]
        yield Moment(row.created_at.date(), kind, row.label, row.amount_cents, row.reason, payer=payer)


def _subscribed(subscription: Subscription | None) -> Iterator[Moment]:
    if subscription is not None:
        for event in SubscriptionEvent.objects.filter(subscription=subscription).order_by("-id")[:MOST]:
            yield Moment(event.at.date(), "subscription", event.kind, event=event)
