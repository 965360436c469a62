"""What the figures of billing say: recurring revenue, VAT by rate, what is open by age. Amounts in cents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import QuerySet, Sum

from billing.chart import PENDING_VAT, VAT
from billing.enums_books import Journal
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
    """What the plans of practitioners who pay bring a month, before tax, on the last day of a month (or today).

    `left_cents`, `left_seats`: what of the month before, seat by seat, brings nothing any more.
    """

    month: date
    cents: int
    seats: int
    left_cents: int = 0
    left_seats: int = 0


@dataclass(frozen=True, slots=True)
class VatLine:
    """Sales and VAT of a rate in a month, credit notes taken off. `posted_cents`: what the sales of the books say of it;
    `due_cents`: what fell due in that month, with the invoices or with the money that came.
    """

    rate: int
    exemption: str
    base_cents: int
    vat_cents: int
    posted_cents: int
    due_cents: int = 0

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
WITH paying AS (
    SELECT day, item.subscription_id, item.practitioner_id, price.amount_cents * item.quantity AS cents
    FROM unnest(%s::date[]) AS day
    JOIN billing_subscriptionitem item
        ON item.kind = 'plan' AND item.starts_on <= day AND (item.ends_on IS NULL OR item.ends_on > day)
    JOIN billing_subscription subscription ON subscription.id = item.subscription_id
        AND subscription.trial_ends_on <= day AND (subscription.ended_on IS NULL OR subscription.ended_on > day)
    JOIN billing_price price ON price.product_id = item.product_id
        AND price.valid_from <= day AND (price.valid_until IS NULL OR price.valid_until > day)
    WHERE NOT EXISTS (
        SELECT 1 FROM billing_pause pause
        WHERE pause.subscription_id = subscription.id AND pause.starts_on <= day AND pause.ends_on > day
        AND (pause.practitioner_id IS NULL OR pause.practitioner_id = item.practitioner_id)
    )
),
pairs AS (SELECT day, lag(day) OVER (ORDER BY day) AS before FROM unnest(%s::date[]) AS day),
gone AS (
    SELECT pairs.day, SUM(earlier.cents) AS cents, COUNT(*) AS seats
    FROM pairs JOIN paying earlier ON earlier.day = pairs.before
    WHERE NOT EXISTS (
        SELECT 1 FROM paying still WHERE still.day = pairs.day
        AND still.subscription_id = earlier.subscription_id AND still.practitioner_id = earlier.practitioner_id
    )
    GROUP BY pairs.day
)
SELECT pairs.day, COALESCE(SUM(paying.cents), 0), COUNT(paying.cents),
    COALESCE(MAX(gone.cents), 0), COALESCE(MAX(gone.seats), 0)
FROM pairs LEFT JOIN paying ON paying.day = pairs.day LEFT JOIN gone ON gone.day = pairs.day
GROUP BY pairs.day ORDER BY pairs.day
"""


def recurring_revenue(today: date, months: int = 12) -> list[RevenueMonth]:
    """The last `months`, this one last. Options, gifts and one-off amounts are left out; trials and pauses bring nothing.

    One statement. Of the first month, what it lost is not reckoned.
    """
    firsts = [months_before(today.replace(day=1), back) for back in range(months - 1, -1, -1)]
    days = [min(next_month(first) - timedelta(days=1), today) for first in firsts]
    with connection.cursor() as cursor:
        cursor.execute(_REVENUE, [days, days])
        return [
            RevenueMonth(day.replace(day=1), int(cents), seats, int(left), gone)
            for day, cents, seats, left, gone in cursor.fetchall()
        ]


def churn(months: Sequence[RevenueMonth]) -> float | None:
    """What part of the month before's revenue the last month lost with the seats that left, in per cent; None from
    nothing."""
    if len(months) < 2 or not months[-2].cents:
        return None
    return round(100 * months[-1].left_cents / months[-2].cents, 1)


def vat_report(actor: Actor, first: date, until: date) -> list[VatLine]:
    """By rate, highest first, with what the books hold of it: three statements."""
    invoices = scoped(actor, Invoice).filter(issue_date__gte=first, issue_date__lt=until)
    sums: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    rows = VatTotal.objects.filter(invoice__in=invoices).values_list("rate", "exemption", "invoice__kind")
    for rate, exemption, kind, base, vat in rows.annotate(Sum("base_cents"), Sum("vat_cents")).order_by():
        sign = -1 if kind == InvoiceKind.CREDIT_NOTE else 1
        found = sums[rate, exemption]
        found[0] += sign * base
        found[1] += sign * vat
    posted, due = _posted(first, until), _due(first, until)
    # A rate under which nothing was sold may fall due: what was invoiced before was paid now.
    for rate in due:
        if not any(known == rate for known, _exemption in sums):
            sums[rate, ""] = [0, 0]
    return [
        VatLine(rate, exemption, base, vat, posted.get(rate, 0), due.get(rate, 0))
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
    """What the sales journal holds of the VAT of each rate, due at once or not."""
    accounts = {account.number: rate for table in (VAT, PENDING_VAT) for rate, account in table.items()}
    return _balance(accounts, EntryLine.objects.filter(entry__journal=Journal.SALES), first, until)


def _due(first: date, until: date) -> dict[int, int]:
    """What the accounts of VAT owed grew by."""
    accounts = {account.number: rate for rate, account in VAT.items()}
    return {rate: cents for rate, cents in _balance(accounts, EntryLine.objects.all(), first, until).items() if cents}


def _balance(accounts: Mapping[str, int], lines: QuerySet[EntryLine], first: date, until: date) -> dict[int, int]:
    rows = lines.filter(account__in=accounts, entry__date__gte=first, entry__date__lt=until)
    found: dict[int, int] = defaultdict(int)
    sums = rows.order_by().values_list("account").annotate(Sum("credit_cents"), Sum("debit_cents"))
    for account, credit, debit in sums:
        found[accounts[account]] += credit - debit
    return found


def growth(months: Sequence[RevenueMonth]) -> tuple[int, float | None]:
    """By how much the last month is above the one before: cents, and per cent (None from nothing)."""
    if len(months) < 2:
        return 0, None
    change = months[-1].cents - months[-2].cents
    return change, round(100 * change / months[-2].cents, 1) if months[-2].cents else None
