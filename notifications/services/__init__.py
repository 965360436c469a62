"""What the other apps ask of messages: write one down, call one back, mark those read."""

from notifications.services.bell import mark_all_read, mark_read
from notifications.services.outbox import cancel_pending, notify, notify_many
from notifications.services.preferences import set_messages, set_reminders, stop_reminders
from notifications.services.receipts import apply_receipt, keep_receipt
from notifications.services.sending import Delivery, send_message, send_messages

__all__ = [
    "Delivery",
    "apply_receipt",
    "cancel_pending",
    "keep_receipt",
    "mark_all_read",
    "mark_read",
    "notify",
    "notify_many",
    "send_message",
    "send_messages",
    "set_messages",
    "set_reminders",
    "stop_reminders",
]
