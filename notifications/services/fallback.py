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

    Only for a kind registered with `falls_back`. For an account, its composer says at sending whether the person has that
    channel; without one, the kind says where the same person is reached by it (`other_address`). An SMS waits for the
    morning, on the clock of the mainland. What already replaces another message has no other way.
    """
    other = _OTHER.get(ChannelName(message.channel))
    if other is None or message.instead_of_id is not None or not registry.falls_back(message.kind):
        return False
    if message.user_id is not None and message.has_own_address:
        return False
    address = registry.other_address(message, other) if message.user_id is None else None
    if message.user_id is None and not address:
        return False
    due_at = clock.now() + after
    if other == ChannelName.SMS:
        due_at = decent(due_at)
    if due_at >= message.expires_at:
        return False
    replace(message, channel=other, due_at=due_at, address=address)
    return True
