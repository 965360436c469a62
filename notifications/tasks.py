"""What Celery's workers can be asked to do in this app, and its nightly clean-up."""

from celery import shared_task

from core.jobs import handler
from notifications import services
from notifications.services import email_events
from notifications.services.pruning import prune_messages
from notifications.services.receipts import APPLY_RECEIPT
from notifications.services.replies import READ_REPLY, read_reply


@shared_task(name="notifications.send_message")
def send_message(message_id: int) -> None:
    services.send_message(message_id)


@shared_task(name="notifications.send_messages")
def send_messages(message_ids: list[int]) -> None:
    services.send_messages(message_ids)


@handler("notifications.prune")
def prune() -> None:
    prune_messages()


@handler(email_events.APPLY_COMPLAINT)
def apply_complaint(receipt_id: int, reader: str) -> None:
    email_events.apply_complaint(receipt_id=receipt_id, reader=reader)


@handler(APPLY_RECEIPT)
def apply_receipt(receipt_id: int) -> None:
    services.apply_receipt(receipt_id=receipt_id)


@handler(READ_REPLY)
def read_one_reply(reply_id: int) -> None:
    read_reply(reply_id=reply_id)
