"""SMS through the console: nothing leaves the machine, and the log says only that a message went by.

In demo mode the message is kept in the mailbox of `/demo/`.
"""

import re

import structlog
from django.conf import settings

from notifications import mailbox
from notifications.channels.base import Channel, Promise, Refused
from notifications.channels.email import message_id
from notifications.enums import ChannelName
from notifications.envelope import Envelope
from notifications.gsm7 import parts, to_gsm7

logger = structlog.get_logger(__name__)

_E164 = re.compile(r"\+[1-9]\d{6,14}")


class ConsoleSmsChannel(Channel):
    promise = Promise.AT_LEAST_ONCE

    def send(self, ref: str, envelope: Envelope) -> str:
        if not _E164.fullmatch(envelope.to):
            raise Refused("bad_number")
        text = to_gsm7(envelope.text)
        if settings.DEMO:
            mailbox.keep(channel=ChannelName.SMS, to=envelope.to, text=text)
        reference = message_id(ref).partition("@")[0].strip("<")
        logger.info("sms_sent", reference=reference, parts=parts(text))
        return reference
