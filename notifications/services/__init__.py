"""What the other apps ask of messages: write one down, call one back, mark those read."""

from notifications.services.bell import mark_all_read, mark_read
from notifications.services.outbox import cancel_pending, notify, notify_many
from notifications.services.sending import Delivery, send_message

__all__ = ["Delivery", "cancel_pending", "mark_all_read", "mark_read", "notify", "notify_many", "send_message"]
