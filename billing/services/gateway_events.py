"""Events of the card service: verified, kept as they came, handled by a job. Replayed, late, early or forged, they do no harm.

What an event changes is decided by `billing.payment_states`, where each one only raises; so their order does not matter.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from billing.days import today
from billing.enums_payment import CardState, PaymentState, RefundState
from billing.gateways.base import Answer, State
from billing.gateways.stripe import SignatureRefused, StripeGateway, check_signature
from billing.models import GatewayEvent, Payment, Refund, SavedCard
from billing.payment_states import Standing, after, refund_after
from billing.services import _money
from billing.services.cards import HANDLE_EVENT_JOB, keep_card, take_answer
from billing.services.refunds import finish_refund
from core import audit, clock
from core.access import Actor, system_actor
from core.jobs import enqueue, handler

GATEWAY = "stripe"
LARGEST_BODY = 256 * 1024


def keep_event(*, actor: Actor, body: bytes, signature: str) -> bool:
    """Keep a signed event and ask for its handling; one that is known adds nothing. False when it is not theirs or no event."""
    if len(body) > LARGEST_BODY:
        return False
    try:
        check_signature(body, signature, settings.STRIPE_WEBHOOK_SECRET)
        event = json.loads(body)
        name, kind = event["id"], event["type"]
        subject = event["data"]["object"]
    except (SignatureRefused, ValueError, TypeError, KeyError, RecursionError):
        return False
    if not (_is_name(name) and _is_name(kind) and isinstance(subject, dict)):
        return False
    if event.get("livemode", False) is not _is_live():
        return False
    with transaction.atomic():
        kept, fresh = GatewayEvent.objects.get_or_create(
            gateway=GATEWAY, event_id=name, defaults={"kind": kind[:80], "raw": body.decode(), "about": _about(subject)}
        )
        if fresh:
            enqueue(HANDLE_EVENT_JOB, unique=f"{HANDLE_EVENT_JOB}:{kept.pk}", event_id=kept.pk)
            audit.record(actor, "billing.keep_event", kept, kind=kept.kind)
    return True


@handler(HANDLE_EVENT_JOB)
def handle_event(*, event_id: int) -> str:
    """Does what an event says, once; returns its outcome."""
    with transaction.atomic():
        event = GatewayEvent.objects.select_for_update(of=("self",)).get(pk=event_id)
        if event.handled_at is not None:
            return event.outcome
        subject = json.loads(event.raw)["data"]["object"]
        event.outcome = _handled(system_actor("billing.events"), event.kind, subject)
        event.handled_at = clock.now()
        event.save(update_fields=["outcome", "handled_at"])
    return event.outcome


def _handled(actor: Actor, kind: str, subject: dict[str, Any]) -> str:
    if kind.startswith("payment_intent."):
        return _of_payment(actor, kind, subject)
    if kind.startswith("charge.dispute."):
        return _of_dispute(actor, kind, subject)
    if kind.startswith("refund.") or kind == "charge.refund.updated":
        return _of_refund(actor, subject)
    if kind == "checkout.session.completed":
        return _of_card(actor, subject)
    if kind == "checkout.session.expired":
        return _of_page(actor, subject)
    return "ignored"


def _of_payment(actor: Actor, kind: str, subject: dict[str, Any]) -> str:
    payment = _payment(_metadata(subject, "payment"), subject.get("id"))
    if payment is None:
        return "not_ours"
    if subject.get("amount") != payment.amount_cents or subject.get("currency") != "eur":
        return "other_amount"
    told = after(Standing(PaymentState(payment.state)), kind).state
    # On the service's page a refused card is followed by another: the page ends when it closes.
    if told == payment.state or (told == PaymentState.FAILED and payment.page_until is not None):
        return "no_change"
    if told == PaymentState.SETTLED:
        answer = Answer(State.SETTLED, _word(subject.get("id")), _day(subject.get("created")))
    else:
        answer = Answer(State.FAILED, _word(subject.get("id")), code=_failure(subject))
    take_answer(actor, payment.pk, answer)
    return "settled" if told == PaymentState.SETTLED else "failed"


def _of_dispute(actor: Actor, kind: str, subject: dict[str, Any]) -> str:
    payment = _payment("", subject.get("payment_intent"))
    if payment is None:
        return "not_ours"
    _money.lock_payers([payment.payer_id])
    payment.refresh_from_db()
    before = Standing(PaymentState(payment.state), disputed=payment.disputed_on is not None)
    standing = after(before, kind, lost=subject.get("status") == "lost")
    if standing == before:
        return "no_change"
    if standing.disputed and payment.disputed_on is None:
        payment.disputed_on = today()
        payment.save(update_fields=["disputed_on"])
    if standing.state == PaymentState.RETURNED and payment.state != PaymentState.SETTLED:
        payment.returned_on = today()
        payment.save(update_fields=["returned_on"])
    elif standing.state == PaymentState.RETURNED:
        _money.take_back(actor, payment, on=today(), code="dispute_lost")
    audit.record(
        actor, "billing.dispute", payment, practice_id=payment.payer.practice_id, lost=standing.state == "returned"
    )
    return "disputed"


def _of_refund(actor: Actor, subject: dict[str, Any]) -> str:
    refund = _refund(_metadata(subject, "refund"), subject.get("id"))
    if refund is None:
        return "not_ours"
    _money.lock_payers([refund.payer_id])
    refund.refresh_from_db()
    if subject.get("amount") != refund.amount_cents:
        return "other_amount"
    state = refund_after(refund.state, _word(subject.get("status")))
    if state == refund.state:
        return "no_change"
    refund.gateway_ref = refund.gateway_ref or _word(subject.get("id")) or None
    if state == RefundState.DONE:
        refund.save(update_fields=["gateway_ref"])
        finish_refund(actor, refund, today())
    elif refund.state == RefundState.DONE:
        # The money came back: the books need a person, the row says so.
        refund.code = "came_back"
        refund.save(update_fields=["code", "gateway_ref"])
    else:
        refund.state, refund.code = RefundState.FAILED, _word(subject.get("failure_reason"))[:60]
        refund.save(update_fields=["state", "code", "gateway_ref"])
    return str(state)


def _of_card(actor: Actor, subject: dict[str, Any]) -> str:
    """The event says that a recording ended; what was recorded is asked from the service."""
    card = SavedCard.objects.filter(setup_ref=_word(subject.get("id")), state=CardState.WAITING).first()
    if card is None:
        return "not_ours"
    kept = keep_card(actor, card.pk, StripeGateway().read_setup(card.setup_ref or ""))
    return "kept" if kept.state == CardState.ACTIVE else "no_change"


def _of_page(actor: Actor, subject: dict[str, Any]) -> str:
    """A page closed without having been paid on."""
    payment = Payment.objects.filter(page_ref=_word(subject.get("id")) or None, state=PaymentState.PENDING).first()
    if payment is None:
        return "not_ours"
    take_answer(actor, payment.pk, Answer(State.FAILED, code="abandoned"))
    return "failed"


def _payment(uid: str, reference: Any) -> Payment | None:
    rows = Payment.objects.filter(gateway=GATEWAY).select_related("payer")
    if _is_uid(uid) and (found := rows.filter(uid=uid).first()):
        # A name of ours on somebody else's collection is not ours.
        return found if found.gateway_ref in {None, reference} else None
    return rows.filter(gateway_ref=reference).first() if isinstance(reference, str) and reference else None


def _refund(uid: str, reference: Any) -> Refund | None:
    rows = Refund.objects.filter(gateway=GATEWAY).select_related("payer")
    if _is_uid(uid) and (found := rows.filter(uid=uid).first()):
        return found if found.gateway_ref in {None, reference} else None
    return rows.filter(gateway_ref=reference).first() if isinstance(reference, str) and reference else None


def _about(subject: dict[str, Any]) -> str:
    """The service's name of the payment that an event speaks of."""
    return _word(subject.get("payment_intent")) or _word(subject.get("id"))


def _metadata(subject: dict[str, Any], name: str) -> str:
    found = subject.get("metadata")
    return _word(found.get(name)) if isinstance(found, dict) else ""


def _failure(subject: dict[str, Any]) -> str:
    found = subject.get("last_payment_error")
    return _word(found.get("code"))[:60] if isinstance(found, dict) else "declined"


def _word(value: Any) -> str:
    return value.replace("\x00", "")[:100] if isinstance(value, str) else ""


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable() and 0 < len(value) <= 100


def _day(moment: Any) -> Any:
    """The day of an instant in seconds; None when it is none."""
    try:
        return datetime.fromtimestamp(moment, UTC).date()
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _is_live() -> bool:
    return settings.STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))
