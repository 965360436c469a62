"""Asks VIES about the VAT number of a payer, after it was written, and keeps what was answered. Nothing waits for it: a service
that does not answer is asked again on the days that follow."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from billing.enums_payment import VatCheckState
from billing.gateways.vies import ViesGateway
from billing.models import Payer, VatCheck
from core import audit, clock
from core.access import system_actor
from core.jobs import enqueue, handler

CHECK_JOB = "billing.check_vat_number"
AGAIN_AFTER = timedelta(days=1)
MOST_QUESTIONS = 10


def check_soon(payer: Payer) -> None:
    """Have the number of a payer checked, in the transaction that writes it; nothing without a number or an endpoint."""
    if payer.vat_number and ViesGateway().is_open:
        _ask_later(payer, 0)


@handler(CHECK_JOB)
def check_vat_number(*, payer_id: int, number: str, before: int) -> None:
    """Asks about a number and keeps the answer; one that was changed meanwhile is not asked about."""
    payer = Payer.objects.get(pk=payer_id)
    gateway = ViesGateway()
    if payer.vat_number != number or not gateway.is_open:
        return
    answer = gateway.check(number)
    with transaction.atomic():
        kept = VatCheck.objects.create(
            payer=payer,
            number=number,
            state=answer.state,
            consultation=answer.consultation,
            code=answer.code,
            by_double=gateway.is_double,
        )
        audit.record(
            system_actor("billing.vies"),
            "billing.check_vat_number",
            kept,
            practice_id=payer.practice_id,
            state=str(answer.state),
        )
        if answer.state == VatCheckState.UNAVAILABLE and before + 1 < MOST_QUESTIONS:
            _ask_later(payer, before + 1)


def _ask_later(payer: Payer, before: int) -> None:
    enqueue(
        CHECK_JOB,
        unique=f"{CHECK_JOB}:{payer.pk}:{payer.vat_number}:{before}",
        due_at=clock.now() + AGAIN_AFTER if before else None,
        payer_id=payer.pk,
        number=payer.vat_number,
        before=before,
    )
