"""The link that ends messages of one topic by one channel, signed: whoever holds it may stop them, nobody else can make one.

It names a row's recipient, never an address; it does not lapse, and opening it changes nothing.
"""

from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

from notifications.enums import ChannelName
from notifications.models.preference import address_digest
from notifications.topics import OPTIONAL, Topic

_SALT = "notifications.stop"
REMINDING = (ChannelName.EMAIL, ChannelName.SMS)


@dataclass(frozen=True, slots=True)
class Stop:
    """What ends, by what channel, and for whom: an account, or an address of which only the digest is known."""

    channel: ChannelName
    user_id: int | None = None
    digest: str = ""
    topic: Topic = Topic.REMINDER


def stop_path(channel: str, *, user_id: int | None = None, address: str = "", topic: Topic = Topic.REMINDER) -> str:
    """The path of the page that ends the messages of a topic for this recipient. Raises ValueError for one not refusable."""
    if topic not in OPTIONAL:
        raise ValueError("topic")
    who = f"u{user_id}" if user_id is not None else f"a{address_digest(address)}"
    # The links of reminders came first: they name no topic.
    what = "" if topic == Topic.REMINDER else f".{topic.value}"
    return reverse("notifications:stop", args=[signing.Signer(salt=_SALT).sign(f"{channel}.{who}{what}")])


def one_click_path(channel: str, *, user_id: int | None = None, address: str = "", topic: Topic) -> str:
    """The path by which a mail program ends the messages of a topic at once (RFC 8058). Raises as `stop_path`."""
    token = stop_path(channel, user_id=user_id, address=address, topic=topic).rstrip("/").rpartition("/")[2]
    return reverse("notifications:one_click", args=[token])


def read_stop(token: str) -> Stop | None:
    """What a link stops; None when we did not sign it."""
    try:
        channel, who, *rest = signing.Signer(salt=_SALT).unsign(token).split(".")
    except signing.BadSignature:
        return None
    topic = Topic(rest[0]) if rest else Topic.REMINDER
    if who.startswith("u"):
        return Stop(ChannelName(channel), user_id=int(who[1:]), topic=topic)
    return Stop(ChannelName(channel), digest=who[1:], topic=topic)
