"""Issued invoices for pages and programs: the list of a practice, one explained, a search by number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from billing.models import Invoice, InvoiceLine, SubscriptionItem, VatTotal
from billing.selectors.balance import with_open_cents
from billing.selectors.served import served_between
from core.access import Actor, get_or_404, scoped
from practitioners.models import Practice


@dataclass(frozen=True, slots=True)
class Explained:
    """One line with what it rests on; `days` of `days_in_month` at `month_cents`, when it is a part of a month.

    `served`: the visits of the days billed, as of today; `before`: those of the month before, as the invoice keeps them.
    """

    line: InvoiceLine
    days: int
    days_in_month: int
    month_cents: int
    served: Sequence[tuple[str, int, Sequence[tuple[date, int]]]]
    before_month: date | None = None
    before: Sequence[tuple[str, int, Sequence[tuple[date, int]]]] = ()

    @property
    def is_part(self) -> bool:
        return bool(self.month_cents) and self.days < self.days_in_month


@dataclass(frozen=True, slots=True)
class Sheet:
    """An invoice with its lines, its totals, the credit notes on it, and what is still to pay (cents)."""

    invoice: Invoice
    lines: Sequence[Explained]
    totals: Sequence[VatTotal]
    credit_notes: Sequence[Invoice]
    open_cents: int


def invoices_of(actor: Actor) -> QuerySet[Invoice]:
    """What the actor may read, latest first, with `open_cents`."""
    return with_open_cents(scoped(actor, Invoice)).select_related("payer", "corrects").order_by("-issue_date", "-pk")


def practice_invoices(actor: Actor) -> QuerySet[Invoice]:
    """Those of the practice of the current space. Raises NotForYou for who does not read its billing."""
    get_or_404(actor, Practice, "read_billing", pk=actor.practice_id)
    return invoices_of(actor)


def invoice_by(actor: Actor, *, uid: UUID | None = None, reference: str = "") -> Invoice:
    """One of them. Raises NotForYou."""
    lookup = {"uid": uid} if uid else {"reference": reference}
    return get_or_404(actor, Invoice, **lookup)


def detailed(actor: Actor, reference: str) -> Invoice:
    """One by its number with its lines and totals, and `open_cents`. Raises NotForYou."""
    pk = invoice_by(actor, reference=reference).pk
    found = with_open_cents(Invoice.objects.filter(pk=pk)).select_related("payer", "corrects")
    return found.prefetch_related(Prefetch("lines", InvoiceLine.objects.order_by("position")), "totals").get()


def sheet_of(actor: Actor, *, uid: UUID) -> Sheet:
    """The page of an invoice: a fixed number of statements, however many lines. Raises NotForYou."""
    row = invoice_by(actor, uid=uid)
    rows: Any = with_open_cents(Invoice.objects.filter(pk=row.pk))
    found = rows.select_related("payer", "corrects", "practice").get()
    lines = list(InvoiceLine.objects.filter(invoice=found).order_by("position"))
    served = _served(found, lines)
    notes = scoped(actor, Invoice).filter(corrects=found).order_by("-issue_date", "-pk")
    return Sheet(
        invoice=found,
        lines=[_explained(line, served) for line in lines],
        totals=list(VatTotal.objects.filter(invoice=found).order_by("-rate")),
        credit_notes=list(notes),
        open_cents=found.open_cents,
    )


def _explained(line: InvoiceLine, served: Mapping[tuple[int, date, date], list]) -> Explained:
    detail = line.detail
    kept = detail.get("served") or {}
    return Explained(
        line=line,
        days=int(detail.get("days", 0)),
        days_in_month=int(detail.get("days_in_month", 0)),
        month_cents=int(detail.get("month_cents", 0)),
        served=served.get((line.item_id or 0, line.period_start, line.period_end), ()),
        before_month=date.fromisoformat(kept["month"]) if kept else None,
        before=[
            (place, sum(count for _day, count in days), [(date.fromisoformat(day), count) for day, count in days])
            for place, days in kept.get("places", ())
        ],
    )


def _served(invoice: Invoice, lines: Iterable[InvoiceLine]) -> Mapping[tuple[int, date, date], list]:
    """What the days of each line served: visits counted by agenda and day, without anything of a patient.

    A month billed in advance has none yet; they come as its days go by.
    """
    charged = [line for line in lines if line.item_id and line.net_cents > 0]
    seats = dict(
        SubscriptionItem.objects.filter(
            pk__in=[line.item_id for line in charged], practitioner__isnull=False
        ).values_list("pk", "practitioner_id")
    )
    if not seats:
        return {}
    counted = served_between(
        {invoice.practice_id},
        set(seats.values()),
        min(line.period_start for line in charged),
        max(line.period_end for line in charged),
    )
    found: dict[tuple[int, date, date], list] = {}
    for line in charged:
        places = counted.get((invoice.practice_id, seats.get(line.item_id or 0, 0)), [])
        within = [
            (place, [(day, count) for day, count in days if line.period_start <= day < line.period_end])
            for place, days in places
        ]
        found[line.item_id or 0, line.period_start, line.period_end] = [
            (place, sum(count for _day, count in days), days) for place, days in within if days
        ]
    return found
