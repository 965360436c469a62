"""The pages of money: how a practice pays, and what billing staff bring in, match, collect and give back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse

from billing.days import today
from billing.models import Debit, DebitBatch
from billing.return_codes import read_code
from tests.security.world import World

PAYMENT_PAGES = {
    f"subscription:{name}" for name in ("payment", "mandate_sign", "mandate_account", "card", "invoice_settle")
}
PAYMENT_STAFF_PAGES = {
    f"billing:{name}"
    for name in ("payments", "statement", "line", "payment_record", "payment", "refunds", "debits", "batch")
}
PAYMENT_NOT_PAGES = {
    "billing_public:stripe": "a webhook",
    "billing:batch_file": "a file for the bank",
    "billing:debit_returns": "a POST that leads to the debits",
    **{
        f"subscription:{name}": "a POST that leads to the means of payment"
        for name in ("mandate_revoke", "card_remove", "invoice_pay")
    },
    "subscription:card_start": "a POST that leads to the card",
    **{f"billing:{name}": "a POST that leads back" for name in ("line_ignore", "refund_act", "batch_act")},
    **{
        f"billing:{name}": "a POST that leads to the payment"
        for name in ("payment_allocate", "payment_undo", "payment_refund")
    },
}


def payment_stops(world: World) -> Iterator[Any]:
    from tests.browser.stops import Stop, cookies_of, submit

    owner, clerk = cookies_of(world.client("martin")), cookies_of(world.client("clerk"))
    target = {name: next(iter(found.kwargs.values())) for name, found in world.targets.items() if found.kwargs}

    def at(name: str, *args: Any, cookies: dict[str, str] = clerk, query: str = "", **more: Any) -> Stop:
        return Stop(name, reverse(name, args=args) + query, cookies, **more)

    batch = DebitBatch.objects.get(uid=target["a_batch"])
    debit = Debit.objects.get(end_to_end="ESSAI-1")
    debit.returned_on, debit.return_code = today() - timedelta(days=1), read_code("AM04").code
    debit.batch = batch
    debit.save()
    yield at("subscription:payment", cookies=owner)
    yield at("subscription:mandate_sign", target["lilas_means"], cookies=owner)
    yield at("subscription:mandate_sign", target["lilas_means"], cookies=owner, state="refused", act=submit)
    yield at("subscription:mandate_account", target["lilas_mandate"], cookies=owner)
    yield at("subscription:card", target["lilas_card_asked"], cookies=owner)
    yield at("subscription:invoice_settle", target["lilas_due"], cookies=owner)
    yield at("billing:payments")
    yield at("billing:statement", target["a_statement"])
    yield at("billing:line", target["a_bank_line"])
    yield at("billing:line", target["a_bank_line"], query="?q=Cabinet", state="found")
    yield at("billing:payment_record", target["lilas_means"])
    yield at("billing:payment", target["a_payment"])
    yield at("billing:refunds")
    yield at("billing:debits")
    yield at("billing:batch", batch.uid)
