"""The link that ends reminders by one channel, signed: whoever holds it may stop them, nobody else can make one.

It names a row's recipient, never an address; it does not lapse, and opening it changes nothing.
"""

from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

from notifications.enums import ChannelName
from notifications.models.preference import address_digest

_SALT = "notifications.stop"
REMINDING = (ChannelName.EMAIL, ChannelName.SMS)


@dataclass(frozen=True, slots=True)
class Stop:
    """Whose reminders end, by what channel: an account's, or those to an address of which only the digest is known."""

    channel: ChannelName
    user_id: int | None = None
    digest: str = ""


def stop_path(channel: str, *, user_id: int | None = None, address: str = "") -> str:
    """The path of the page that ends the reminders of this recipient."""
    who = f"u{user_id}" if user_id is not None else f"a{address_digest(address)}"
    return reverse("notifications:stop", args=[signing.Signer(salt=_SALT).sign(f"{channel}.{who}")])


def read_stop(token: str) -> Stop | None:
    """What a link stops; None when we did not sign it."""
    try:
        channel, _, who = signing.Signer(salt=_SALT).unsign(token).partition(".")
    except signing.BadSignature:
        return None
    if who.startswith("u"):
        return Stop(ChannelName(channel), user_id=int(who[1:]))
    return Stop(ChannelName(channel), digest=who[1:])
