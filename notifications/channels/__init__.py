"""The channels in service, by name, as `settings.MESSAGE_CHANNELS` lists them."""

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.channels.base import Accepted, Channel, Down, Failure, Promise, Refused, Unreachable

__all__ = ["Accepted", "Channel", "Down", "Failure", "Promise", "Refused", "Unreachable", "channel"]


def channel(name: str) -> Channel:
    """The channel of this name. Raises LookupError when none is configured."""
    try:
        path = settings.MESSAGE_CHANNELS[name]
    except KeyError:
        raise LookupError(f"No channel named {name}") from None
    return import_string(path)()
