"""An invoice of each of two practices, and a month that was billed."""

from __future__ import annotations

from typing import Any

from billing.models import InvoiceRun
from billing.services.issuing import issue
from core import clock
from core.access import system_actor
from tests.billing.invoices.rows import a_draft, a_line, a_payer

INVOICE_BODIES = {
    ("billing:runs", "POST"): {"mois": f"{clock.now():%Y-%m}"},
    ("billing:run_preview", "GET"): {"mois": f"{clock.now():%Y-%m}"},
    ("billing:run", "POST"): {"act": "rerun"},
    ("billing:credit", "POST"): {"reason": "Panne", "line_1": "10"},
}


def invoice_targets(lilas: Any, diallo: Any) -> dict[str, dict[str, Any]]:
    """Target → the arguments of its address. `lilas` and `diallo` are practices."""
    found = {}
    for name, practice in (("lilas", lilas), ("diallo", diallo)):
        row = issue(actor=system_actor("tests"), draft=a_draft(a_payer(practice, is_default=False), a_line()))
        found |= {f"{name}_invoice": {"uid": row.uid}, f"{name}_invoice_number": {"number": row.reference}}
    month = InvoiceRun.objects.create(month=clock.now().date().replace(day=1, year=2020), started_at=clock.now())
    return {**found, "a_run": {"uid": month.uid}, "no_invoice_number": {"number": "F2000-000001"}}
