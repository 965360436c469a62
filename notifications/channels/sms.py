"""SMS through the console: nothing leaves the machine, and the log says only that a message went by.

In demo mode the message is kept in the mailbox of `/demo/`.
"""

import structlog
from django.conf import settings

from notifications import mailbox
from notifications.channels.base import Channel, Promise, Refused
from notifications.channels.email import message_id
from notifications.enums import ChannelName
from notifications.envelope import Envelope
from notifications.phones import NumberKind, classify
from notifications.sms_text import SmsText, sms_text

logger = structlog.get_logger(__name__)


class ConsoleSmsChannel(Channel):
    promise = Promise.AT_LEAST_ONCE

    def send(self, ref: str, envelope: Envelope) -> str:
        check_number(envelope.to)
        written = sms_text(envelope.text)
        reference = outer_reference(ref)
        keep_in_the_demo(envelope.to, written, reference)
        return reference


def check_number(number: str) -> None:
    """Raises Refused for a number that no SMS reaches, before any provider is asked (and paid)."""
    kind = classify(number)
    if kind is not NumberKind.MOBILE:
        raise Refused(kind.value)


def outer_reference(ref: str) -> str:
    """The message's key as a provider sees it: the same for each sending, telling nothing of its subject."""
    return message_id(ref).partition("@")[0].strip("<")


def keep_in_the_demo(number: str, written: SmsText, reference: str) -> None:
    """Files the SMS in the demo's mailbox and logs that it went by."""
    if settings.DEMO:
        mailbox.keep(channel=ChannelName.SMS, to=number, text=written.text)
    logger.info("sms_sent", reference=reference, parts=written.parts, alphabet=str(written.alphabet))
