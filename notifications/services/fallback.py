"""Another way for the news of a message that did not arrive: an SMS for an e-mail, an e-mail for an SMS.

Once at most: the replacement has the key of any message of this news by that channel, so whoever has it already gets
nothing more, and a replacement that fails finds the first way taken.
"""

from datetime import timedelta

from core import clock
from notifications import registry
from notifications.decent_hours import decent
from notifications.enums import ChannelName
from notifications.models import Message
from notifications.services.outbox import replace

_OTHER = {ChannelName.EMAIL: ChannelName.SMS, ChannelName.SMS: ChannelName.EMAIL}


def fall_back(message: Message, *, after: timedelta = timedelta(0)) -> bool:
    """Writes the replacement in the current transaction; False when there is none to write.

    Only for a person's account and a kind registered with `falls_back`: at sending, its composer says whether the person
    has that channel. An SMS waits for the morning, on the clock of the mainland.
    """
    other = _OTHER.get(ChannelName(message.channel))
    if other is None or message.user_id is None or message.has_own_address or not registry.falls_back(message.kind):
        return False
    due_at = clock.now() + after
    if other == ChannelName.SMS:
        due_at = decent(due_at)
    if due_at >= message.expires_at:
        return False
    replace(message, channel=other, due_at=due_at)
    return True
