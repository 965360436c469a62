"""The pages of billing staff about money that is late, practices as payers and the books; empty, then with a few months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse

from billing.days import today
from billing.models import Payer, Subscription
from billing.services import dunning
from billing.services.posting import post_invoice
from core.access import system_actor
from practitioners.models import Practice
from tests.billing.books.papers import issued
from tests.security.world import World

BOOK_PAGES = {f"billing:{name}" for name in ("home", "papers", "unpaid", "practices", "practice", "exports")}
BOOK_NOT_PAGES = {
    "billing:unpaid_csv": "CSV",
    "billing:journal_csv": "CSV",
    "billing:vat_csv": "CSV",
    "billing:ageing_csv": "CSV",
    "billing:fec": "a text file",
    "billing:free_months": "a POST that leads to the practice",
    "billing:withdraw": "a POST that leads to the practice",
    "billing:close_month": "a POST that leads to the exports",
}


def book_stops(world: World) -> Iterator[Any]:
    from tests.browser.stops import Stop, cookies_of, submit

    clerk = cookies_of(world.client("clerk"))
    practice = Practice.objects.get(uid=world.targets["lilas_life"].kwargs["uid"])

    def at(name: str, *args: Any, query: str = "", **more: Any) -> Stop:
        return Stop(name, reverse(name, args=args) + query, clerk, **more)

    yield at("billing:unpaid", state="empty")
    yield at("billing:exports", state="empty")
    _some_months(practice)
    yield at("billing:home")
    yield at("billing:papers")
    yield at("billing:unpaid")
    yield at("billing:practices")
    yield at("billing:practices", query="?q=lilas", state="found")
    yield at("billing:practice", practice.uid)
    yield at("billing:practice", practice.uid, state="refused", act=submit)
    yield at("billing:exports")


def _some_months(practice: Practice) -> None:
    """Four months of one payer, the last two late, one of them for long."""
    robot = system_actor("tests")
    payer = Payer.objects.filter(practice=practice).first()
    Subscription.objects.get_or_create(practice=practice, defaults={"state": "active", "started_on": today()})
    for days in (95, 65, 33, 16):
        invoice = issued(payer, on=today() - timedelta(days=days), terms=15)
        post_invoice(actor=robot, invoice=invoice)
        for night in range(days - 14):
            dunning.dun_invoice(actor=robot, invoice=invoice.pk, day=invoice.due_date + timedelta(days=night))
