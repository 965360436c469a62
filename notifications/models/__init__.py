"""The messages to send, and the demo's mailbox."""

from notifications.models.mailbox import MailboxAttachment, MailboxEntry
from notifications.models.message import Message
from notifications.models.preference import ReminderPreference

__all__ = ["MailboxAttachment", "MailboxEntry", "Message", "ReminderPreference"]
