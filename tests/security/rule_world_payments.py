"""What two practices paid and how, and what the bank said, which is no practice's."""

from typing import Any

from billing.days import today
from billing.models import BankImport, BankLine, Debit, DebitBatch, Mandate, Payer, Refund, ReturnsImport, SavedCard
from billing.services.issuing import issue
from billing.services.payments import record_payment
from core import clock
from core.access import system_actor
from tests.billing.invoices.rows import a_draft, a_line


def add_payments(world: Any) -> None:
    actor, day = system_actor("tests"), today()
    for name in ("lilas", "other"):
        payer = world.get(Payer, name)
        invoice = issue(actor=actor, draft=a_draft(payer, a_line()))
        payment = record_payment(actor=actor, payer=payer.uid, amount_cents=20_000, received_on=day)
        mandate = Mandate.objects.create(
            payer=payer, umr=name, iban="x", holder="x", signed_at=clock.now(), signed_on=day
        )
        debit = {"invoice": invoice, "mandate": mandate, "amount_cents": 1, "collect_on": day, "state": "returned"}
        world.add(**{name: invoice})
        world.add(**{name: payment})
        world.add(**{name: payment.allocations.get()})
        world.add(**{name: mandate})
        world.add(**{name: Debit.objects.create(**debit, end_to_end=name)})
        world.add(**{name: SavedCard.objects.create(payer=payer, setup_ref=name)})
        refund = {"payer": payer, "payment": payment, "amount_cents": 1, "gateway": "transfer", "reason": "Essai"}
        world.add(**{name: Refund.objects.create(**refund)})
    file = {"first_collect_on": day, "send_by": day, "count": 1, "total_cents": 1, "content": "<x/>", "sha256": "x"}
    world.add(a_batch=DebitBatch.objects.create(name="ESSAI", **file))
    world.add(a_returns=ReturnsImport.objects.create(kind="pain.002", sha256="x"))
    statement = BankImport.objects.create(sha256="x")
    world.add(a_statement=statement)
    line = {"on": day, "amount_cents": 1, "wording": "x", "fingerprint": "x", "state": "suspense", "verdict": "unknown"}
    world.add(a_line=BankLine.objects.create(source=statement, number=1, **line))
