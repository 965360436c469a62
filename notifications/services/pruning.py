"""Forgets what no longer serves: ended messages, read bells, the demo's old mail."""

from datetime import timedelta

from core import clock
from core.outbox import prune
from notifications.models import MailboxEntry, Message, Receipt, SmsReply

# Long enough to answer "was I told?", and to keep the same news from being sent again after a replay.
MESSAGES_KEPT = timedelta(days=180)
MAILBOX_KEPT = timedelta(days=7)
# What a receipt said is on its message; the receipt only keeps a late copy of it from acting twice.
RECEIPTS_KEPT = timedelta(days=30)


def prune_messages() -> int:
    """Deletes messages ended longer than `MESSAGES_KEPT` ago; returns how many. Old receipts and the demo's mail go too."""
    SmsReply.objects.filter(received_at__lt=clock.now() - RECEIPTS_KEPT).delete()
    Receipt.objects.filter(received_at__lt=clock.now() - RECEIPTS_KEPT).delete()
    MailboxEntry.objects.filter(created_at__lt=clock.now() - MAILBOX_KEPT).delete()
    return prune(Message, older_than=MESSAGES_KEPT)
