"""What `/demo/` shows: who can be entered as, and the messages that nobody was sent."""

import json
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth import get_user_model

from notifications.models import MailboxAttachment, MailboxEntry
from notifications.services.replies import keep_reply
from portal.demo_people import DEMO_PEOPLE, DemoPerson

NEWEST = 60


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The newest messages of the demo, all or those of one recipient; `people` are those who can be entered as."""

    entries: list[MailboxEntry]
    people: list[DemoPerson]
    to: str


def mailbox(to: str = "") -> Mailbox:
    """Everything on the page. Empty outside demo mode."""
    if not settings.DEMO:
        return Mailbox(entries=[], people=[], to="")
    to = to.replace("\x00", "")
    rows = MailboxEntry.objects.prefetch_related("attachments").order_by("-created_at", "-pk")
    users = get_user_model().objects.filter(email__in=[person.email for person in DEMO_PEOPLE], is_active=True)
    known = set(users.values_list("email", flat=True))
    return Mailbox(
        entries=list((rows.filter(to=to) if to else rows)[:NEWEST]),
        people=[person for person in DEMO_PEOPLE if person.email in known],
        to=to,
    )


def entry(uid: UUID) -> MailboxEntry | None:
    return MailboxEntry.objects.filter(uid=uid).first() if settings.DEMO else None


def answer(entry: MailboxEntry, text: str) -> None:
    """Brings an answer to this SMS as a provider's double would; nothing outside demo mode."""
    if settings.DEMO and text.strip():
        told = {"id": f"demo-{uuid4()}", "from": entry.to, "text": text}
        keep_reply(json.dumps(told).encode())


def attachment(entry_uid: UUID, pk: int) -> MailboxAttachment | None:
    return MailboxAttachment.objects.filter(entry__uid=entry_uid, pk=pk).first() if settings.DEMO else None
