"""Forgets what no longer serves: ended messages, read bells, the demo's old mail."""

from datetime import timedelta

from core import clock
from core.outbox import prune
from notifications.models import MailboxEntry, Message

# Long enough to answer "was I told?", and to keep the same news from being sent again after a replay.
MESSAGES_KEPT = timedelta(days=180)
MAILBOX_KEPT = timedelta(days=7)


def prune_messages() -> int:
    """Deletes messages ended longer than `MESSAGES_KEPT` ago, and old mail of the demo; returns how many messages."""
    MailboxEntry.objects.filter(created_at__lt=clock.now() - MAILBOX_KEPT).delete()
    return prune(Message, older_than=MESSAGES_KEPT)
