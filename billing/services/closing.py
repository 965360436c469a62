"""Shuts a month of the books, for good: nothing is dated in it any more, and its export no longer changes but for letters."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.db.models import Count, Min, Sum

from billing.days import today
from billing.enums_books import Journal
from billing.exceptions_books import BookRefusal
from billing.models import ClosedMonth, Entry, JournalCounter
from billing.money import months_before, next_month
from billing.rules import is_staff
from billing.selectors.books import unposted
from core import audit
from core.access import Actor
from core.exceptions import NotForYou


@transaction.atomic
def close_month(*, actor: Actor, month: date) -> ClosedMonth:
    """Shut the month that `month` is in, after all the months before it.

    Raises NotForYou, `month_not_over`, `month_already_closed`, `month_before_open`, `month_unposted` (with `missing`: what
    is not in the books yet).
    """
    if not (is_staff(actor) or actor.is_system):
        raise NotForYou
    first = month.replace(day=1)
    if next_month(first) > today():
        raise BookRefusal("month_not_over")
    _wait_for_posters(first.year)
    if ClosedMonth.objects.filter(month=first).exists():
        raise BookRefusal("month_already_closed")
    begun = Entry.objects.aggregate(first=Min("date"))["first"]
    before = months_before(first, 1)
    if begun is not None and begun < first and not ClosedMonth.objects.filter(month=before).exists():
        raise BookRefusal("month_before_open")
    if left := unposted(first, next_month(first)):
        raise BookRefusal("month_unposted", missing=[f"{source}:{count}" for source, count in left])
    sums = Entry.objects.filter(date__gte=first, date__lt=next_month(first)).aggregate(
        entries=Count("pk"), cents=Sum("total_cents")
    )
    made = ClosedMonth.objects.create(
        month=first, closed_by_id=actor.user_id, entries=sums["entries"], debit_cents=sums["cents"] or 0
    )
    audit.record(actor, "billing.close_month", made, month=first, entries=made.entries, cents=made.debit_cents)
    return made


def _wait_for_posters(year: int) -> None:
    """Whoever posts holds a counter until they commit: take the counters of the year, and nobody is between two."""
    with connection.cursor() as cursor:
        for journal in Journal:
            cursor.execute(
                """
                INSERT INTO billing_journalcounter (journal, year, last_number) VALUES (%s, %s, 0)
                ON CONFLICT (journal, year) DO NOTHING
                """,
                [journal.value, year],
            )
    order = list(Journal)
    rows = JournalCounter.objects.filter(year=year)
    for row in sorted(rows, key=lambda found: order.index(Journal(found.journal))):
        JournalCounter.objects.select_for_update().get(pk=row.pk)
