"""The bell: a line in the person's own pages. It lives in the message's row, so writing it twice changes nothing."""

from notifications.channels.base import Channel, Promise, Refused
from notifications.envelope import Envelope
from notifications.models import Message


class BellChannel(Channel):
    promise = Promise.ONCE_PER_REF

    def send(self, ref: str, envelope: Envelope) -> str:
        rung = Message.objects.filter(key=ref, user_id=envelope.to).update(
            title=envelope.subject[:200], link=envelope.link[:200]
        )
        if not rung:
            raise Refused("no_such_user")
        return f"bell:{envelope.to}"
