"""The books as the accountant and the staff read them: lines in order, totals of a month, and what is not posted yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, DateField, Exists, Max, Min, OuterRef, QuerySet, Sum
from django.db.models.functions import TruncMonth

from billing import chart
from billing.enums_books import Source
from billing.enums_payment import LineState, PaymentState, RefundState
from billing.fec import FecLine
from billing.models import BankLine, ClosedMonth, Entry, EntryLine, Invoice, Payment, Refund
from billing.money import next_month
from core.access import Actor, scoped


@dataclass(frozen=True, slots=True)
class BookMonth:
    """A month of the books: how much is in it, and whether it is shut."""

    month: date
    entries: int
    total_cents: int
    closed: ClosedMonth | None
    is_over: bool
    is_next: bool


def lines_between(actor: Actor, first: date, until: date) -> QuerySet[EntryLine]:
    """The lines dated from `first` until the day before `until`, in the order of the accounting file."""
    entries = scoped(actor, Entry).filter(date__gte=first, date__lt=until)
    return (
        EntryLine.objects.filter(entry__in=entries)
        .select_related("entry")
        .order_by("entry__validated_on", "entry__journal", "entry__year", "entry__number", "position")
    )


def fec_lines(actor: Actor, first: date, until: date) -> Iterator[FecLine]:
    """The same as the accounting file wants them, two thousand at a time."""
    for line in lines_between(actor, first, until).iterator(chunk_size=2_000):
        entry = line.entry
        yield FecLine(
            journal=entry.journal,
            journal_label=chart.JOURNALS[entry.journal],
            number=entry.number,
            day=entry.date,
            account=line.account,
            account_label=line.account_label,
            piece_ref=entry.piece_ref,
            piece_date=entry.piece_date,
            label=entry.label,
            validated_on=entry.validated_on,
            debit_cents=line.debit_cents,
            credit_cents=line.credit_cents,
            aux=line.aux,
            aux_label=line.aux_label,
            letter=line.letter,
            lettered_on=line.lettered_on,
        )


def numbers_elsewhere(actor: Actor, first: date, until: date) -> Callable[[str, int, int, int], int]:
    """What counts the numbers of a journal and year, between two, that entries of other days bear. One statement each time."""

    def counted(journal: str, year: int, lowest: int, highest: int) -> int:
        rows = scoped(actor, Entry).filter(journal=journal, year=year, number__gte=lowest, number__lte=highest)
        return rows.exclude(date__gte=first, date__lt=until).count()

    return counted


def months_of(actor: Actor, today: date) -> list[BookMonth]:
    """Every month from the first entry to this one, latest first: three statements."""
    rows = (
        scoped(actor, Entry)
        .annotate(month=TruncMonth("date", output_field=DateField()))
        .values_list("month")
        .annotate(Count("pk"), Sum("total_cents"))
    )
    sums = {month: (count, cents) for month, count, cents in rows}
    closed = {row.month: row for row in scoped(actor, ClosedMonth)}
    if not sums and not closed:
        return []
    month, found, is_next = min([*sums, *closed]), [], True
    while month <= today:
        count, cents = sums.get(month, (0, 0))
        shut = closed.get(month)
        over = next_month(month) <= today
        found.append(BookMonth(month, count, cents, shut, over, is_next=shut is None and over and is_next))
        is_next = is_next and shut is not None
        month = next_month(month)
    return found[::-1]


def span_of(actor: Actor) -> tuple[date, date] | None:
    """The first and the last day with an entry."""
    found = scoped(actor, Entry).aggregate(first=Min("date"), last=Max("date"))
    return (found["first"], found["last"]) if found["first"] else None


def unposted(first: date, until: date) -> Sequence[tuple[str, int]]:
    """Papers of these days that are not in the books: (source, how many). It should be empty; a month is not shut before."""
    papers = Invoice.objects.filter(issue_date__gte=first, issue_date__lt=until, gross_cents__gt=0)
    money = Payment.objects.filter(received_on__gte=first, received_on__lt=until)
    received = (PaymentState.SETTLED, PaymentState.RETURNED)
    rows: list[tuple[str, QuerySet]] = [
        (Source.INVOICE, papers.invoices()),
        (Source.CREDIT_NOTE, papers.credit_notes()),
        (Source.PAYMENT, money.filter(state__in=received)),
        (Source.REFUND, Refund.objects.filter(done_on__gte=first, done_on__lt=until, state=RefundState.DONE)),
        (Source.SUSPENSE, BankLine.objects.filter(on__gte=first, on__lt=until, state=LineState.SUSPENSE)),
    ]
    found = []
    for source, queryset in rows:
        posted = Entry.objects.filter(source=source, source_id=OuterRef("pk"))
        if count := queryset.filter(~Exists(posted)).count():
            found.append((str(source), count))
    return found
