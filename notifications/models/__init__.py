"""The messages to send, and the demo's mailbox."""

from notifications.models.mailbox import MailboxAttachment, MailboxEntry
from notifications.models.message import Message

__all__ = ["MailboxAttachment", "MailboxEntry", "Message"]
