"""Sending one message: claimed under a lease, written from the rows as they are now, handed to its channel, settled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import translation

from core import clock, failures, outbox
from notifications import circuits, registry
from notifications.channels import Channel, Failure, Promise, channel
from notifications.daily_cap import digest, is_too_much
from notifications.enums import ChannelName, MessageState, ReceiptState
from notifications.envelope import Envelope
from notifications.models import PROVIDER_DOWN, Message
from notifications.rendering import absolute
from notifications.selectors import is_wanted, preference_of_reader
from notifications.services.fallback import fall_back
from notifications.stop_links import one_click_path
from notifications.topics import OPTIONAL, Topic

DAILY_CAP = "daily_cap"
NOT_WANTED = "not_wanted"

# How long a worker goes on with the messages of one task; whoever is left is taken by the relay.
TURN = timedelta(seconds=20)

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one attempt ended; `envelope` when it was handed to the channel, `error` when something stopped it."""

    message: Message
    state: str
    envelope: Envelope | None = None
    error: Exception | None = None


def send_message(message_id: int) -> Delivery | None:
    """Claims the message and sends it; None when it is not due, somebody else has it, or its provider is left alone.

    A failure is not raised. Sent means that the provider accepted it. A death between that acceptance and our commit
    repeats the message, unless the channel promises better (`notifications.channels.base.Promise`).
    """
    message = outbox.claim(Message, message_id, unless=circuits.IS_LEFT_ALONE, also=circuits.FAILURES)
    if message is None and circuits.may_try(message_id):
        message = outbox.claim(Message, message_id, also=circuits.FAILURES)
    if message is None:
        return None
    if message.expires_at <= clock.now():
        waited_for = PROVIDER_DOWN if message.last_error == PROVIDER_DOWN else "too_late"
        outbox.settle(message, MessageState.EXPIRED, last_error=waited_for)
        return Delivery(message, MessageState.EXPIRED)
    try:
        return _send(message)
    except Exception as error:  # a composer, or a question to the provider, that failed
        return _failed(message, Failure.of(error))


def send_messages(message_ids: Sequence[int]) -> None:
    """Sends each of these messages as `send_message`, until `TURN` is over: a slow provider holds up none of the rest."""
    ends_at = clock.now() + TURN
    for message_id in message_ids:
        if clock.now() > ends_at:
            break
        send_message(message_id)


def _send(message: Message) -> Delivery:
    way = channel(message.channel)
    if reference := _accepted_before(way, message):
        _settle_sent(message, reference, None)
        return Delivery(message, MessageState.SENT)
    with translation.override(_language(message)):
        envelope = None if _is_closed(message) else registry.composer(message.kind)(message)
    if envelope is None:
        outbox.settle(message, MessageState.CANCELLED, last_error="no_longer_valid")
        return Delivery(message, MessageState.CANCELLED)
    if not _is_wanted(message, envelope):
        outbox.settle(message, MessageState.CANCELLED, last_error=NOT_WANTED)
        return Delivery(message, MessageState.CANCELLED)
    if is_too_much(message.channel, envelope.to, registry.topic_of(message.kind)):
        return _failed(message, Failure(DAILY_CAP, permanent=True))
    if message.lease_until is not None and message.lease_until <= clock.now():
        # Stopped in the middle for longer than a lease: somebody else sends it, or has.
        return Delivery(message, message.BUSY)
    envelope = _with_way_out(message, envelope)
    outcome = way.attempt(message.key, envelope)
    if isinstance(outcome, Failure):
        return _failed(message, outcome)
    if getattr(message, "provider_failures", None):
        circuits.succeeded(message.channel)
    _settle_sent(message, outcome.reference, envelope)
    return Delivery(message, MessageState.SENT, envelope)


def _settle_sent(message: Message, reference: str, envelope: Envelope | None) -> None:
    outbox.settle(
        message,
        MessageState.SENT,
        provider_ref=reference[:200],
        last_error="",
        recipient=digest(envelope.to) if envelope else "",
        receipt=ReceiptState.ACCEPTED if message.channel != ChannelName.BELL else "",
    )


def _failed(message: Message, failure: Failure) -> Delivery:
    """Puts the message back, or gives it up and lets its news take another way, in one transaction."""
    if failure.provider_down:
        circuits.failed(message.channel, failure.retry_after)
    with transaction.atomic():
        if failure.permanent:
            done = outbox.settle(message, MessageState.DEAD, last_error=failure.code[:100])
            state: str = MessageState.DEAD if done else message.BUSY
        else:
            state = outbox.retry_later(message, failure.code, not_before=failure.retry_after or timedelta(0))
        if state == MessageState.DEAD and failure.code != DAILY_CAP:
            fall_back(message)
    logger.warning(
        "message_failed",
        kind=message.kind,
        message=message.pk,
        channel=message.channel,
        attempt=message.attempts,
        state=str(state),
        error=failure.code,
        places=failures.places(failure.error) if failure.error else [],
    )
    return Delivery(message, state, error=failure.error)


def _accepted_before(way: Channel, message: Message) -> str | None:
    """The provider's reference when an earlier attempt went through although we never heard of it."""
    if message.attempts > 1 and way.promise is Promise.ANSWERS_FOR_REF:
        return way.known(message.key)
    return None


def _is_wanted(message: Message, envelope: Envelope) -> bool:
    """Whether its reader, the account or whoever reads the address, has not refused this topic by this channel."""
    topic = registry.topic_of(message.kind)
    return topic is Topic.SERVICE or is_wanted(preference_of_reader(message, envelope.to), topic, message.channel)


def _with_way_out(message: Message, envelope: Envelope) -> Envelope:
    """The letter with the address by which a mail program ends its topic; none for what must be known."""
    topic = registry.topic_of(message.kind)
    if message.channel != ChannelName.EMAIL or topic not in OPTIONAL:
        return envelope
    whose = {"user_id": message.user_id} if message.user_id is not None else {"address": envelope.to}
    path = one_click_path(message.channel, topic=topic, **whose)
    return replace(envelope, unsubscribe=absolute(path))


def _is_closed(message: Message) -> bool:
    """Whether the account it goes to was closed meanwhile; a message with its own address still says so."""
    return message.address is None and message.user is not None and not message.user.is_active


def _language(message: Message) -> str:
    return str(getattr(message.user, "language", "") or message.language)
