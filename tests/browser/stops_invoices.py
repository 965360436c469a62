"""The pages of invoices: as the owner of a practice sees them, and as billing staff do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from billing.enums_invoice import RowState
from billing.models import Invoice, InvoiceRun, RunRow
from billing.services.crediting import credit
from core.access import system_actor
from tests.security.world import World

INVOICE_PAGES = {f"subscription:{name}" for name in ("invoices", "invoice")}
INVOICE_STAFF_PAGES = {f"billing:{name}" for name in ("invoice", "credit", "recovery", "runs", "run_preview", "run")}
INVOICE_NOT_PAGES = {
    **{f"{space}:invoice_pdf": "a PDF" for space in ("subscription", "billing")},
    **{f"{space}:invoice_xml": "XML" for space in ("subscription", "billing")},
}


def invoice_stops(world: World) -> Iterator[Any]:
    from tests.browser.stops import Stop, cookies_of, submit

    owner, clerk = cookies_of(world.client("martin")), cookies_of(world.client("clerk"))
    invoice = Invoice.objects.get(uid=world.targets["lilas_invoice"].kwargs["uid"])
    run = InvoiceRun.objects.get(uid=world.targets["a_run"].kwargs["uid"])

    def at(name: str, *args: Any, cookies: dict[str, str] = clerk, **more: Any) -> Stop:
        return Stop(name, reverse(name, args=args), cookies, **more)

    yield at("subscription:invoices", cookies=owner)
    yield at("subscription:invoice", invoice.uid, cookies=owner)
    yield at("billing:credit", invoice.uid)
    yield at("billing:credit", invoice.uid, state="refused", act=submit)
    note = credit(
        actor=system_actor("tests"), invoice=invoice.uid, reason="Panne du 3 mars", amounts={1: 1_000}, tell=False
    )
    yield at("subscription:invoice", note.uid, cookies=owner, state="credit_note")
    yield at("billing:invoice", invoice.uid, state="credited")
    yield at("billing:recovery", invoice.uid)
    yield at("billing:runs")
    yield at("billing:run_preview")
    yield at("billing:run", run.uid)
    RunRow.objects.create(
        run=run, payer=invoice.payer, state=RowState.BLOCKED, missing=[{"code": "buyer_city", "label": "ville"}]
    )
    InvoiceRun.objects.filter(pk=run.pk).update(state="paused")
    yield at("billing:run", run.uid, state="blocked")
