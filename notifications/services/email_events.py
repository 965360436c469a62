"""What an e-mail service tells of our letters: delivered, bounced, complained of. Kept once, applied once, in any order.

The events come in django-anymail's own words, the same for every service. What they say of a delivery goes the way of
every receipt (`notifications.services.receipts`). A complaint ends what may be refused, by e-mail, for its reader: the
news of one's visits is never ended so.
"""

from collections.abc import Iterable

from anymail.signals import AnymailTrackingEvent, EventType
from django.db import transaction

from core import audit
from core.access import system_actor
from core.jobs import enqueue
from notifications.enums import ChannelName, MessageState, ReceiptState
from notifications.models import Message, Receipt
from notifications.models.preference import address_digest
from notifications.services.preferences import stop_topics
from notifications.services.receipts import APPLY_RECEIPT, LONGEST_REFERENCE, ReceiptTooEarly, short_code
from notifications.stop_links import Stop
from notifications.topics import OPTIONAL

APPLY_COMPLAINT = "notifications.apply_complaint"
_MEANS = {
    EventType.DELIVERED: ReceiptState.DELIVERED,
    EventType.BOUNCED: ReceiptState.UNDELIVERED,
    EventType.REJECTED: ReceiptState.UNDELIVERED,
    EventType.FAILED: ReceiptState.UNDELIVERED,
    EventType.COMPLAINED: ReceiptState.COMPLAINED,
    # Whoever leaves by the service's own link asks for the same thing, more politely.
    EventType.UNSUBSCRIBED: ReceiptState.COMPLAINED,
}


def keep_email_events(events: Iterable[AnymailTrackingEvent]) -> int:
    """Writes down what these events say, in one transaction; returns how many of them say something new.

    A step on the way (queued, deferred, opened) is not kept, nor one about a letter that names no reference.
    """
    new = 0
    with transaction.atomic():
        for event in events:
            status, reference = _MEANS.get(event.event_type), event.message_id
            if status is None or not isinstance(reference, str) or not 0 < len(reference) <= LONGEST_REFERENCE:
                continue
            receipt, is_new = Receipt.objects.get_or_create(
                channel=ChannelName.EMAIL, reference=reference, status=status, defaults={"code": _code_of(event)}
            )
            new += is_new
            if is_new and status == ReceiptState.COMPLAINED:
                enqueue(APPLY_COMPLAINT, receipt_id=receipt.pk, reader=address_digest(str(event.recipient or "")))
            elif is_new:
                enqueue(APPLY_RECEIPT, receipt_id=receipt.pk)
    return new


def apply_complaint(*, receipt_id: int, reader: str) -> None:
    """Ends by e-mail every topic that may be refused, for the account the letter went to or the address that complained.

    Runs inside a job's transaction. Raises ReceiptTooEarly when no letter bears the reference yet.
    """
    receipt = Receipt.objects.filter(pk=receipt_id).first()
    if receipt is None:
        return
    message = Message.objects.filter(
        channel=ChannelName.EMAIL, provider_ref=receipt.reference, state=MessageState.SENT
    ).first()
    if message is None:
        raise ReceiptTooEarly
    whose = {"user_id": message.user_id} if message.user_id is not None else {"digest": reader}
    preference = stop_topics(Stop(ChannelName.EMAIL, **whose), topics=OPTIONAL)
    audit.record(
        system_actor("email_complaint"), "notifications.stop_reminders", preference, channel=ChannelName.EMAIL.value
    )


def _code_of(event: AnymailTrackingEvent) -> str:
    """The service's own word for what happened (`hard_bounce`), else django-anymail's for why."""
    told = event.esp_event if isinstance(event.esp_event, dict) else {}
    for name in ("event", "Type", "RecordType"):
        if isinstance(told.get(name), str):
            return short_code(told[name])
    return short_code(event.reject_reason or event.event_type)
