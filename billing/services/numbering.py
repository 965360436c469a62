"""Numbers of invoices: continuous in each series, in the order of dates, given in the transaction that issues.

Whoever numbers holds the row of the series until he commits: the next one waits, and a rollback gives the number back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from billing.enums_invoice import InvoiceKind
from billing.models import Series
from core import clock

PARIS = ZoneInfo("Europe/Paris")
_LETTER = {InvoiceKind.INVOICE: "F", InvoiceKind.CREDIT_NOTE: "A"}


@dataclass(frozen=True, slots=True)
class Numbers:
    """A run of numbers of one series, all of one date."""

    series: Series
    first: int
    day: date

    def reference(self, offset: int) -> str:
        """« F2026-000001 »."""
        return f"{self.series.code}-{self.first + offset:06d}"


def take_numbers(wanted: Mapping[str, int]) -> dict[str, Numbers]:
    """The next numbers of some kinds: {kind: how many}. The series stay locked until the transaction ends.

    The year and the date are those of Paris once the lock is held: whoever waited past midnight is not dated before the
    number he follows. A clock that was put back dates nothing before the last number.
    """
    found = {}
    for kind in sorted(wanted):
        series, day = _lock(kind)
        found[kind] = Numbers(series, series.last_number + 1, day)
        series.last_number += wanted[kind]
        series.last_date = day
        series.save(update_fields=["last_number", "last_date"])
    return found


def _lock(kind: str) -> tuple[Series, date]:
    letter = _LETTER[InvoiceKind(kind)]
    while True:
        year = clock.today(PARIS).year
        series = _locked(f"{letter}{year}")
        day = max(clock.today(PARIS), series.last_date or date.min)
        if day.year == year:
            return series, day


def _locked(code: str) -> Series:
    series = Series.objects.select_for_update().filter(code=code).first()
    if series is None:
        Series.objects.bulk_create([Series(code=code)], ignore_conflicts=True)
        series = Series.objects.select_for_update().get(code=code)
    return series
