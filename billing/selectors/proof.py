"""Whether the issued invoices hold together: numbers without gap, papers that still say what they said."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Max, Min

from billing.models import Invoice, Series
from billing.selectors.papers import papers_of

AT_ONCE = 500


def faults(*, contents: bool = True) -> Iterator[str]:
    """A sentence for each fault, none when all holds. `contents`: read every paper again, not its number alone."""
    counted = {
        row["series"]: row
        for row in Invoice.objects.issued()
        .values("series")
        .annotate(count=Count("pk"), first=Min("number"), last=Max("number"))
    }
    for series in Series.objects.order_by("code"):
        found = counted.get(series.pk, {"count": 0, "first": 1, "last": 0})
        if (found["first"], found["last"], found["count"]) != (1, series.last_number, series.last_number):
            yield f"{series.code}: {found['count']} numbers up to {found['last']}, {series.last_number} were given"
    if contents:
        yield from _changed()


def _changed() -> Iterator[str]:
    last = 0
    while rows := list(Invoice.objects.issued().filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        last = rows[-1].pk
        papers = papers_of(row.pk for row in rows)
        for row in rows:
            if papers[row.pk].content_hash() != row.content_hash:
                yield f"{row.reference}: its paper is not the one that was issued"
