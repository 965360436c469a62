"""What the first message to somebody whom a practice entered adds: who holds the data, and how to object (GDPR, article 14).

Once per person and practice: the notice belongs to one message of the file, and moves to another only when that one
did not arrive. Composers call `notice_of` for a reader without an account.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core import clock
from notifications import rendering
from notifications.channels import Unreachable
from notifications.enums import MessageState, ReceiptState
from notifications.models import Message
from notifications.registry import Envelope
from patients.models import DataNotice, PatientRecord


@dataclass(frozen=True, slots=True)
class Notice:
    """`practice` is empty when its name would tell too much of a discreet visit; `link` is absolute."""

    practice: str
    link: str


def notice_of(message: Message, record: PatientRecord | None, *, masked: bool = False) -> Notice | None:
    """The notice that this message has to carry; None when it was told already, or the reader has an account.

    Called at each attempt: the message that took the notice keeps it. Raises Unreachable while another message of the
    file carries it at this instant, to come back when that is settled.
    """
    if record is None or message.user_id is not None:
        return None
    if message.pk is not None and not _takes(message, record):
        return None
    link = rendering.absolute(reverse("patients:data_notice", args=[token_of(record)]))
    return Notice(practice="" if masked else record.practice.name, link=link)


def file_at(practice_id: int, address: str) -> PatientRecord | None:
    """The file of a practice that holds this e-mail or mobile; None once everybody behind it refused its messages."""
    contact = Q(phone=address) if address.startswith("+") else Q(email__iexact=address)
    return (
        PatientRecord.objects.filter(
            contact,
            practice=practice_id,
            merged_into__isnull=True,
            deceased_on__isnull=True,
            messages_refused_at__isnull=True,
        )
        .select_related("practice")
        .order_by("pk")
        .first()
    )


def with_notice(envelope: Envelope, notice: Notice | None) -> Envelope:
    """An SMS with the short form of the notice at its end; e-mails show it by `data_notice` in their words."""
    if notice is None:
        return envelope
    rights = _("Vos données et vos droits : %(link)s") % {"link": notice.link}
    return replace(envelope, text=f"{envelope.text} {rights}")


def token_of(record: PatientRecord) -> str:
    """The token of the page where the person objects; only its digest is kept."""
    mac = salted_hmac("patients.data_notice", str(record.uid), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(mac[:16]).decode().rstrip("=")


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _takes(message: Message, record: PatientRecord) -> bool:
    with transaction.atomic():
        DataNotice.objects.bulk_create(
            [DataNotice(record=record, message=message, digest=digest_of(token_of(record)))], ignore_conflicts=True
        )
        notice = DataNotice.objects.select_for_update(of=("self",)).select_related("message").get(record=record)
        if notice.message_id == message.pk:
            return True
        if notice.message is None or _arrived(notice.message):
            return False
        if _is_leaving(notice.message):
            raise Unreachable("told_with_another")
        notice.message = message
        notice.save(update_fields=["message"])
        return True


def _arrived(carrier: Message) -> bool:
    return carrier.state == MessageState.SENT and carrier.receipt != ReceiptState.UNDELIVERED


def _is_leaving(carrier: Message) -> bool:
    lease = carrier.lease_until
    return carrier.state == MessageState.SENDING and lease is not None and lease > clock.now()
