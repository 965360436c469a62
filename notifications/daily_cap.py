"""How many messages one address gets in a day at most, whatever goes round in circles above.

Counted by the address they leave for, so that neither several accounts nor several kinds of news get around it. Two
messages sent at the very same instant may pass together: it bounds a loop, it is not an account book.
"""

from datetime import timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac

from core import clock
from notifications.enums import MessageState
from notifications.models import Message

DAY = timedelta(days=1)


def digest(address: str) -> str:
    """A keyed digest of an address; the address itself is not kept."""
    return salted_hmac("notifications.recipient", address.casefold(), algorithm="sha256").hexdigest()[:32]


def is_too_much(channel: str, address: str) -> bool:
    """Whether this address already got the day's share of this channel (`settings.MESSAGES_A_DAY`)."""
    limit = settings.MESSAGES_A_DAY.get(channel)
    if limit is None:
        return False
    since = clock.now() - DAY
    sent = Message.objects.filter(
        recipient=digest(address), channel=channel, state=MessageState.SENT, finished_at__gt=since
    )
    return sent[:limit].count() >= limit
