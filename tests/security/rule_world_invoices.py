"""A month that was billed: no practice's, and so billing staff's alone. The invoices are in `rule_world_payments`."""

from datetime import date
from typing import Any

from billing.models import InvoiceRun
from core import clock


def add_runs(world: Any) -> None:
    world.add(a_run=InvoiceRun.objects.create(month=date(2020, 1, 1), started_at=clock.now()))
