"""An entry of the books and a month that is shut: no practice's, and so billing staff's alone."""

from datetime import date
from typing import Any

from billing.models import ClosedMonth, Entry


def add_books(world: Any) -> None:
    day = date(2020, 1, 31)
    world.add(
        sale=Entry.objects.create(
            journal="VE",
            year=2020,
            number=1,
            date=day,
            piece_ref="F2020-000001",
            piece_date=day,
            label="Abonnement 01/2020",
            validated_on=day,
            source="invoice",
            source_id=1,
            total_cents=10_680,
        )
    )
    world.add(january=ClosedMonth.objects.create(month=date(2020, 1, 1), entries=1, debit_cents=10_680))
