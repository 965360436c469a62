"""How many messages one address gets in a day at most, whatever goes round in circles above.

Counted by the address they leave for, so that neither several accounts nor several kinds of news get around it. Two
messages sent at the very same instant may pass together: it bounds a loop, it is not an account book.

No kind is exempt. What may be refused (reminders, offers, delays, letters to many) stops at a share of the day, so that
a loop of those never eats the room of what must be known: a cancellation, a sign-in code. The bell is not counted: it
calls nobody.
"""

from datetime import timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac

from core import clock
from notifications.enums import MessageState
from notifications.models import Message
from notifications.topics import Topic

DAY = timedelta(days=1)
# Of a day's messages, in percent: those that may be refused, all topics together.
OPTIONAL_SHARE = 60


def digest(address: str) -> str:
    """A keyed digest of an address; the address itself is not kept."""
    return salted_hmac("notifications.recipient", address.casefold(), algorithm="sha256").hexdigest()[:32]


def is_too_much(channel: str, address: str, topic: str = Topic.SERVICE) -> bool:
    """Whether this address already got the day's share of this channel (`settings.MESSAGES_A_DAY`) for this topic."""
    limit = settings.MESSAGES_A_DAY.get(channel)
    if limit is None:
        return False
    if topic != Topic.SERVICE:
        limit = max(1, limit * OPTIONAL_SHARE // 100)
    since = clock.now() - DAY
    sent = Message.objects.filter(
        recipient=digest(address), channel=channel, state=MessageState.SENT, finished_at__gt=since
    )
    return limit < 1 or sent[limit - 1 :].exists()
