"""What the figures of billing say: recurring revenue, VAT by rate, what is open by age. Amounts in cents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Sum

from billing.chart import VAT
from billing.enums_invoice import InvoiceKind
from billing.enums_payment import PaymentState
from billing.models import EntryLine, Invoice, Payer, Payment, VatTotal
from billing.money import months_before, next_month
from billing.selectors.balance import due_invoices
from core.access import Actor, scoped

# The last day of each class of age, in days late; what is not due yet comes first, the rest last.
AGES = (0, 30, 60, 90)


@dataclass(frozen=True, slots=True)
class RevenueMonth:
    """What the plans of practitioners who pay bring a month, before tax, on the last day of a month (or today)."""

    month: date
    cents: int
    seats: int


@dataclass(frozen=True, slots=True)
class VatLine:
    """Sales and VAT of a rate in a month, credit notes taken off. `posted_cents`: what the account of that rate says."""

    rate: int
    exemption: str
    base_cents: int
    vat_cents: int
    posted_cents: int

    @property
    def agrees(self) -> bool:
        return self.vat_cents == self.posted_cents


@dataclass(frozen=True, slots=True)
class AgedPayer:
    """What a payer owes, by age: not due, then up to 30, 60, 90 days late, and beyond."""

    payer: Payer
    cents: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.cents)


_REVENUE = """
SELECT day, COALESCE(SUM(price.amount_cents * item.quantity), 0), COUNT(price.id)
FROM unnest(%s::date[]) AS day
LEFT JOIN (
    billing_subscriptionitem item
    JOIN billing_subscription subscription ON subscription.id = item.subscription_id
    JOIN billing_price price ON price.product_id = item.product_id
) ON item.kind = 'plan' AND item.starts_on <= day AND (item.ends_on IS NULL OR item.ends_on > day)
    AND subscription.trial_ends_on <= day AND (subscription.ended_on IS NULL OR subscription.ended_on > day)
    AND price.valid_from <= day AND (price.valid_until IS NULL OR price.valid_until > day)
    AND NOT EXISTS (
        SELECT 1 FROM billing_pause pause
        WHERE pause.subscription_id = subscription.id AND pause.starts_on <= day AND pause.ends_on > day
        AND (pause.practitioner_id IS NULL OR pause.practitioner_id = item.practitioner_id)
    )
GROUP BY day ORDER BY day
"""


def recurring_revenue(today: date, months: int = 12) -> list[RevenueMonth]:
    """The last `months`, this one last. Options, gifts and one-off amounts are left out; trials and pauses bring nothing."""
    firsts = [months_before(today.replace(day=1), back) for back in range(months - 1, -1, -1)]
    days = [min(next_month(first) - timedelta(days=1), today) for first in firsts]
    with connection.cursor() as cursor:
        cursor.execute(_REVENUE, [days])
        return [RevenueMonth(day.replace(day=1), int(cents), seats) for day, cents, seats in cursor.fetchall()]


def vat_report(actor: Actor, first: date, until: date) -> list[VatLine]:
    """By rate, highest first, with what the books hold of it: two statements."""
    invoices = scoped(actor, Invoice).filter(issue_date__gte=first, issue_date__lt=until)
    sums: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    rows = VatTotal.objects.filter(invoice__in=invoices).values_list("rate", "exemption", "invoice__kind")
    for rate, exemption, kind, base, vat in rows.annotate(Sum("base_cents"), Sum("vat_cents")).order_by():
        sign = -1 if kind == InvoiceKind.CREDIT_NOTE else 1
        found = sums[rate, exemption]
        found[0] += sign * base
        found[1] += sign * vat
    posted = _posted(first, until)
    return [
        VatLine(rate, exemption, base, vat, posted.get(rate, 0))
        for (rate, exemption), (base, vat) in sorted(sums.items(), key=lambda item: (-item[0][0], item[0][1]))
    ]


def ageing(actor: Actor, today: date) -> list[AgedPayer]:
    """Who owes what, the largest first: two statements, however many invoices."""
    cells: dict[int, list[int]] = defaultdict(lambda: [0] * (len(AGES) + 1))
    for row in due_invoices(scoped(actor, Invoice)).only("payer_id", "due_date"):
        late = (today - (row.due_date or today)).days
        cells[row.payer_id][age_of(late)] += row.open_cents
    payers = scoped(actor, Payer).select_related("practice").in_bulk(list(cells))
    found = [AgedPayer(payers[pk], tuple(cents)) for pk, cents in cells.items()]
    return sorted(found, key=lambda aged: (-aged.total, aged.payer.pk))


def age_of(days_late: int) -> int:
    """The class of an invoice so many days late: 0 not due, then one for each of `AGES`, the last beyond."""
    return next((index for index, last in enumerate(AGES) if days_late <= last), len(AGES))


def received_between(actor: Actor, first: date, until: date) -> int:
    """Money that came and stayed."""
    rows = scoped(actor, Payment).filter(received_on__gte=first, received_on__lt=until, state=PaymentState.SETTLED)
    return rows.aggregate(cents=Sum("amount_cents"))["cents"] or 0


def _posted(first: date, until: date) -> dict[int, int]:
    numbers = {account.number: rate for rate, account in VAT.items()}
    rows = EntryLine.objects.filter(
        account__in=numbers, entry__journal="VE", entry__date__gte=first, entry__date__lt=until
    )
    sums = rows.order_by().values_list("account").annotate(Sum("credit_cents"), Sum("debit_cents"))
    return {numbers[account]: credit - debit for account, credit, debit in sums}


def growth(months: Sequence[RevenueMonth]) -> tuple[int, float | None]:
    """By how much the last month is above the one before: cents, and per cent (None from nothing)."""
    if len(months) < 2:
        return 0, None
    change = months[-1].cents - months[-2].cents
    return change, round(100 * change / months[-2].cents, 1) if months[-2].cents else None
