"""Keeps for `/demo/` what a person would have received. Nothing is written outside demo mode."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from notifications.envelope import Attachment
from notifications.models import MailboxAttachment, MailboxEntry


def keep(
    *, channel: str, to: str, text: str, subject: str = "", html: str = "", attachments: Iterable[Attachment] = ()
) -> None:
    """Files one message in the demo's mailbox; does nothing outside demo mode."""
    if not settings.DEMO:
        return
    with transaction.atomic():
        entry = MailboxEntry.objects.create(channel=channel, to=to, subject=subject[:300], text=text, html=html)
        MailboxAttachment.objects.bulk_create(
            MailboxAttachment(entry=entry, name=part.name[:200], mimetype=part.mimetype[:100], content=part.content)
            for part in attachments
        )
