"""Sending one message: claimed under a lease, written from the rows as they are now, handed to its channel, settled."""

from dataclasses import dataclass

import structlog
from django.utils import translation

from core import clock, failures, outbox
from notifications import registry
from notifications.channels import Channel, Promise, Refused, Unreachable, channel
from notifications.enums import MessageState
from notifications.envelope import Envelope
from notifications.models import Message

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one attempt ended; `envelope` when it was handed to the channel, `error` when something stopped it."""

    message: Message
    state: str
    envelope: Envelope | None = None
    error: Exception | None = None


def send_message(message_id: int) -> Delivery | None:
    """Claims the message and sends it; None when it is not due or somebody else has it. A failure is not raised.

    Sent means that the provider accepted it. A death between that acceptance and our commit repeats the message, unless
    the channel promises better (`notifications.channels.base.Promise`).
    """
    message = outbox.claim(Message, message_id)
    if message is None:
        return None
    if message.expires_at <= clock.now():
        outbox.settle(message, MessageState.EXPIRED, last_error="too_late")
        return Delivery(message, MessageState.EXPIRED)
    try:
        return _send(message)
    except Refused as error:
        outbox.settle(message, MessageState.DEAD, last_error=error.code)
        return _failed(message, MessageState.DEAD, error, error.code)
    except Exception as error:
        code = error.code if isinstance(error, Unreachable) else failures.error_code(error)
        return _failed(message, outbox.retry_later(message, code), error, code)


def _send(message: Message) -> Delivery:
    way = channel(message.channel)
    if reference := _accepted_before(way, message):
        outbox.settle(message, MessageState.SENT, provider_ref=reference[:200], last_error="")
        return Delivery(message, MessageState.SENT)
    with translation.override(_language(message)):
        envelope = None if _is_closed(message) else registry.composer(message.kind)(message)
    if envelope is None:
        outbox.settle(message, MessageState.CANCELLED, last_error="no_longer_valid")
        return Delivery(message, MessageState.CANCELLED)
    reference = way.send(message.key, envelope)
    outbox.settle(message, MessageState.SENT, provider_ref=reference[:200], last_error="")
    return Delivery(message, MessageState.SENT, envelope)


def _accepted_before(way: Channel, message: Message) -> str | None:
    """The provider's reference when an earlier attempt went through although we never heard of it."""
    if message.attempts > 1 and way.promise is Promise.ANSWERS_FOR_REF:
        return way.known(message.key)
    return None


def _is_closed(message: Message) -> bool:
    """Whether the account it goes to was closed meanwhile; a message with its own address still says so."""
    return message.address is None and message.user is not None and not message.user.is_active


def _language(message: Message) -> str:
    return str(getattr(message.user, "language", "") or message.language)


def _failed(message: Message, state: str, error: Exception, code: str) -> Delivery:
    logger.warning(
        "message_failed",
        kind=message.kind,
        message=message.pk,
        channel=message.channel,
        attempt=message.attempts,
        state=str(state),
        error=code,
        places=failures.places(error),
    )
    return Delivery(message, state, error=error)
