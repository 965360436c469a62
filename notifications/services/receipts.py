"""Receipts of delivery: kept once, applied once, in whatever order they come.

A receipt is written down with a job that applies it, in one transaction. A receipt quicker than our own note of the
sending finds no message yet: its job is tried again. `delivered` is the last word; nothing said later undoes it.
"""

import json
from datetime import timedelta
from typing import Any

from django.db import transaction

from core import clock
from core.jobs import enqueue
from notifications.enums import MessageState, ReceiptState
from notifications.models import Message, Receipt
from notifications.services.fallback import fall_back

APPLY_RECEIPT = "notifications.apply_receipt"
# Receipts overtake each other: a "delivered" that follows at once spares the person the second message.
GRACE = timedelta(minutes=2)
TOLD = (ReceiptState.DELIVERED.value, ReceiptState.UNDELIVERED.value)
LONGEST_REFERENCE = 200


class ReceiptTooEarly(Exception):
    """No message bears this reference yet."""


def keep_receipt(*, channel: str, body: bytes) -> bool:
    """Writes one receipt down, a JSON object of `id`, `status` and perhaps `code`; False when it is malformed.

    A status other than delivered or undelivered is a step on the way, and is not kept.
    """
    told = _object(body)
    reference, status = told.get("id"), told.get("status")
    if not isinstance(reference, str) or not 0 < len(reference) <= LONGEST_REFERENCE or not isinstance(status, str):
        return False
    if status not in TOLD:
        return True
    with transaction.atomic():
        receipt, is_new = Receipt.objects.get_or_create(
            channel=channel, reference=reference, status=status, defaults={"code": short_code(told.get("code"))}
        )
        if is_new:
            enqueue(APPLY_RECEIPT, receipt_id=receipt.pk)
    return True


def apply_receipt(*, receipt_id: int) -> None:
    """Notes on the message what became of it; one not delivered takes another way. Runs inside a job's transaction.

    Raises ReceiptTooEarly when no message bears the reference yet.
    """
    receipt = Receipt.objects.filter(pk=receipt_id).first()
    if receipt is None:
        return
    message = (
        Message.objects.select_for_update()
        .filter(channel=receipt.channel, provider_ref=receipt.reference, state=MessageState.SENT)
        .first()
    )
    if message is None:
        raise ReceiptTooEarly
    if message.receipt in {ReceiptState.DELIVERED, receipt.status}:
        return
    message.receipt, message.receipt_at, message.receipt_code = receipt.status, receipt.received_at, receipt.code
    message.save(update_fields=["receipt", "receipt_at", "receipt_code"])
    if receipt.status == ReceiptState.DELIVERED:
        _call_back_replacements(message)
    else:
        fall_back(message, after=GRACE)


def _call_back_replacements(message: Message) -> None:
    message.replacements.filter(state=MessageState.PENDING).update(
        state=MessageState.CANCELLED, finished_at=clock.now(), last_error="arrived", **Message.WIPED_AT_THE_END
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def short_code(given: object) -> str:
    """A provider's short code, kept only if it can be nothing else."""
    text = str(given) if isinstance(given, (str, int)) else ""
    return text if len(text) <= 40 and text.replace("_", "").replace("-", "").isalnum() and text.isascii() else ""
