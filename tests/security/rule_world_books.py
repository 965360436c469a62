"""An entry of the books and a month that is shut: no practice's, and so billing staff's alone."""

from datetime import date
from typing import Any

from billing.models import ClosedMonth, Entry, EntryLine


def add_books(world: Any) -> None:
    day = date(2020, 1, 31)
    sale = Entry.objects.create(
        journal="VE",
        year=2020,
        number=1,
        date=day,
        piece_ref="F2020-000001",
        piece_date=day,
        label="Abonnement 01/2020",
        validated_on=day,
        source="invoice",
        source_id=0,
        total_cents=10_680,
    )
    sides = ({"debit_cents": 10_680}, {"credit_cents": 10_680})
    EntryLine.objects.bulk_create(
        EntryLine(entry=sale, position=position, account="411000", account_label="Clients", **side)
        for position, side in enumerate(sides, start=1)
    )
    world.add(sale=sale)
    received = Entry.objects.filter(source="payment").order_by("pk")
    for name, entry in zip(("lilas_money", "other_money"), received, strict=True):
        world.add(**{name: entry})
    world.add(january=ClosedMonth.objects.create(month=date(2020, 1, 1), entries=1, debit_cents=10_680))
