"""The messages to send, what became of them, and the demo's mailbox."""

from notifications.models.circuit import Circuit
from notifications.models.mailbox import MailboxAttachment, MailboxEntry
from notifications.models.message import PROVIDER_DOWN, Message
from notifications.models.preference import ReminderPreference
from notifications.models.receipt import Receipt
from notifications.models.reply import SmsReply

__all__ = [
    "PROVIDER_DOWN",
    "Circuit",
    "MailboxAttachment",
    "MailboxEntry",
    "Message",
    "Receipt",
    "ReminderPreference",
    "SmsReply",
]
