"""How one of two practices pays: a mandate, cards, a payment, a debit file; and what waits for billing staff."""

from __future__ import annotations

from typing import Any

from billing.bank_csv import read_statement
from billing.days import today
from billing.ibans import read_iban
from billing.models import BankImport, BankLine, Debit, DebitBatch, Mandate, Payment, Refund, SavedCard
from billing.services.issuing import issue
from billing.services.payments import record_payment
from core import clock
from core.access import system_actor
from tests.billing.invoices.rows import a_draft, a_line, a_payer

PAYMENT_BODIES = {
    ("billing:line_ignore", "POST"): {"reason": "Essai"},
    ("billing:payment_undo", "POST"): {"reason": "Essai"},
    ("billing:refund_act", "POST"): {"abandonner": "1", "reason": "Essai"},
    ("billing:payment_refund", "POST"): {"amount": "1,00", "reason": "Essai", "form_token": "a-token-of-the-matrix"},
}


def payment_targets(practice: Any) -> dict[str, dict[str, Any]]:
    """Target → the arguments of its address."""
    actor, payer = system_actor("tests"), a_payer(practice, is_default=False)
    account = read_iban("FR1420041010050500013M02606")
    invoice = issue(actor=actor, draft=a_draft(payer, a_line()))
    mandate = Mandate.objects.create(
        payer=payer, umr=f"{payer.account}-001", iban=account.number, iban_country=account.country,
        iban_last4=account.last4, iban_key=account.key, holder="Cabinet", signed_at=clock.now(), signed_on=today(),
    )  # fmt: skip
    payment = record_payment(actor=actor, payer=payer.uid, amount_cents=20_000, received_on=today())
    refund = Refund.objects.create(payer=payer, payment=payment, amount_cents=100, gateway="transfer", reason="Essai")
    batch = DebitBatch.objects.create(
        name="ESSAI", first_collect_on=today(), send_by=today(), count=1, total_cents=1, content="<x/>", sha256="0" * 64
    )
    Debit.objects.create(
        invoice=invoice,
        mandate=mandate,
        amount_cents=1,
        collect_on=today(),
        end_to_end="ESSAI-1",
        state="returned",
        returned_on=today(),
    )
    cards = {
        state: SavedCard.objects.create(payer=payer, state=state, setup_ref=state, address="http://127.0.0.1:9/pay/x")
        for state in ("waiting", "removed")
    }
    statement = BankImport.objects.create(sha256="1" * 64, report={"new": 1, "known": 0, "outgoing": 0})
    read = read_statement(f"Date;Libelle;Montant\n{today():%d/%m/%Y};X;5,00\n".encode(), today()).received[0]
    line = BankLine.objects.create(
        source=statement, number=2, on=read.on, amount_cents=500, wording="X", fingerprint=read.fingerprint,
        state="suspense", verdict="unknown",
    )  # fmt: skip
    allocation = payment.allocations.get()
    assert Payment.objects.filter(pk=payment.pk).exists()
    return {
        "lilas_means": {"payer": payer.uid},
        "no_means": {"payer": "00000000-0000-0000-0000-000000000000"},
        "lilas_mandate": {"uid": mandate.uid},
        "lilas_card_asked": {"uid": cards["waiting"].uid},
        "lilas_card_gone": {"uid": cards["removed"].uid},
        "lilas_due": {"uid": invoice.uid},
        "a_payment": {"uid": payment.uid},
        "an_allocation": {"uid": payment.uid, "allocation": allocation.uid},
        "no_allocation": {"uid": payment.uid, "allocation": "00000000-0000-0000-0000-000000000000"},
        "a_refund": {"uid": refund.uid},
        "a_batch": {"uid": batch.uid},
        "a_statement": {"uid": statement.uid},
        "a_bank_line": {"uid": line.uid},
    }
