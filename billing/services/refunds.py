"""Giving money back: what is free of a payment or of a credit note, by the road it came or by a transfer made by hand."""

from __future__ import annotations

from datetime import date
from typing import cast
from uuid import UUID

from django.db import transaction

from billing.days import today
from billing.enums_invoice import InvoiceKind
from billing.enums_payment import GatewayName, PaymentState, RefundState
from billing.exceptions_payment import PaymentRefusal
from billing.gateways.base import GiveBack, State
from billing.gateways.stripe import StripeGateway
from billing.models import Invoice, Payment, Refund
from billing.selectors.balance import left_cents, open_cents
from billing.services import _money, posting
from billing.services._settled import after_giving_back
from billing.services.vat_due import vat_of_refund
from core import audit, idempotency
from core.access import Actor, get_or_404, system_actor
from core.jobs import enqueue, handler

GIVE_BACK_JOB = "billing.refund_card"


def refund(
    *, actor: Actor, payment: UUID, amount_cents: int, reason: str, claim: idempotency.Claim | None = None
) -> Refund:
    """Give back cents of a payment that pay nothing. A card is given back by its service, anything else by hand.

    Raises NotForYou, `not_settled`, `more_than_left`, `amount_impossible`, `reason_missing`.
    """
    found = get_or_404(actor, Payment, "collect", uid=payment)
    with transaction.atomic():
        done = idempotency.begin(actor, claim)
        if done is not None:
            return cast(Refund, done)
        _money.lock_payers([found.payer_id])
        found.refresh_from_db()
        if found.state != PaymentState.SETTLED:
            raise PaymentRefusal("not_settled")
        if _money.checked_cents(amount_cents) > left_cents(found):
            raise PaymentRefusal("more_than_left")
        made = _written(actor, reason, amount_cents, payer_id=found.payer_id, payment=found, gateway=found.gateway)
        if found.gateway == GatewayName.STRIPE:
            enqueue(GIVE_BACK_JOB, unique=f"{GIVE_BACK_JOB}:{made.pk}", refund_id=made.pk)
        audit.record(
            actor, "billing.refund", made, practice_id=found.payer.practice_id, cents=amount_cents, payment=found.pk
        )
        idempotency.complete(actor, claim, made)
    return made


def refund_credit_note(*, actor: Actor, credit_note: UUID, amount_cents: int, reason: str) -> Refund:
    """Give back cents of a credit note that lower no invoice, by a transfer made by hand.

    Raises NotForYou, `not_an_invoice`, `more_than_left`, `amount_impossible`, `reason_missing`.
    """
    found = get_or_404(actor, Invoice, "collect", uid=credit_note)
    if found.kind != InvoiceKind.CREDIT_NOTE or found.issued_at is None:
        raise PaymentRefusal("not_an_invoice")
    with transaction.atomic():
        _money.lock_payers([found.payer_id])
        if _money.checked_cents(amount_cents) > -open_cents(found):
            raise PaymentRefusal("more_than_left")
        made = _written(
            actor, reason, amount_cents, payer_id=found.payer_id, credit_note=found, gateway=GatewayName.TRANSFER
        )
        audit.record(actor, "billing.refund", made, practice_id=found.practice_id, cents=amount_cents, note=found.pk)
    return made


def confirm_refund(*, actor: Actor, refund: UUID, done_on: date) -> Refund:
    """Say that the transfer of a refund left. Raises NotForYou, `refund_over`, `day_impossible`."""
    found = get_or_404(actor, Refund, "collect", uid=refund)
    with transaction.atomic():
        _money.lock_payers([found.payer_id])
        found.refresh_from_db()
        if found.state != RefundState.ASKED or found.gateway == GatewayName.STRIPE:
            raise PaymentRefusal("refund_over")
        if not found.asked_at.date() <= done_on <= today():
            raise PaymentRefusal("day_impossible")
        finish_refund(actor, found, done_on)
        audit.record(actor, "billing.confirm_refund", found, practice_id=found.payer.practice_id)
    return found


def drop_refund(*, actor: Actor, refund: UUID, reason: str) -> Refund:
    """Give up a refund that did not leave: its cents are free again. Raises NotForYou, `refund_over`, `reason_missing`."""
    found = get_or_404(actor, Refund, "collect", uid=refund)
    if not reason.strip():
        raise PaymentRefusal("reason_missing")
    with transaction.atomic():
        _money.lock_payers([found.payer_id])
        found.refresh_from_db()
        if found.state != RefundState.ASKED or found.gateway == GatewayName.STRIPE:
            raise PaymentRefusal("refund_over")
        found.state, found.code = RefundState.FAILED, "dropped"
        found.save(update_fields=["state", "code"])
        audit.record(actor, "billing.drop_refund", found, practice_id=found.payer.practice_id)
    return found


def finish_refund(actor: Actor, refund: Refund, on: date) -> None:
    """The money left: it is in the books from that day. For services, with the payer locked; done twice it is done once."""
    if refund.state == RefundState.DONE:
        return
    refund.state, refund.done_on = RefundState.DONE, on
    refund.save(update_fields=["state", "done_on"])
    posting.post_refund(actor=actor, refund=refund)
    vat_of_refund(actor=actor, refund=refund)
    after_giving_back(actor, refund.payer)


@handler(GIVE_BACK_JOB)
def give_back(*, refund_id: int) -> None:
    """Asks the card service for the refund, under a name that makes asking twice harmless."""
    actor = system_actor("billing.cards")
    asked = Refund.objects.select_related("payment", "payer").get(pk=refund_id)
    if asked.state != RefundState.ASKED or asked.payment is None:
        return
    answer = StripeGateway().give_back(
        GiveBack(
            key=f"refund-{asked.uid}",
            amount_cents=asked.amount_cents,
            collected=asked.payment.gateway_ref or "",
            refund=str(asked.uid),
        )
    )
    _money.lock_payers([asked.payer_id])
    asked.refresh_from_db()
    if asked.state != RefundState.ASKED:
        return
    asked.gateway_ref = answer.ref or None
    if answer.state == State.FAILED:
        asked.state, asked.code = RefundState.FAILED, answer.code[:60]
    asked.save(update_fields=["gateway_ref", "state", "code"])
    if answer.state == State.SETTLED:
        finish_refund(actor, asked, today())
    audit.record(actor, "billing.refund_answered", asked, practice_id=asked.payer.practice_id, state=str(asked.state))


def _written(actor: Actor, reason: str, cents: int, **fields: object) -> Refund:
    if not reason.strip():
        raise PaymentRefusal("reason_missing")
    return Refund.objects.create(amount_cents=cents, reason=reason.strip()[:200], asked_by_id=actor.user_id, **fields)
