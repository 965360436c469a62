"""The kinds of messages: each one's words are written by the app that knows what they speak of.

An app registers its kinds in its `messages` module, which is imported at start.
"""

from collections.abc import Callable

from notifications.envelope import Attachment, Envelope
from notifications.models import Message

__all__ = ["Attachment", "Composer", "Envelope", "composer", "is_known", "kind"]

Composer = Callable[[Message], Envelope | None]

_composers: dict[str, Composer] = {}


def kind(name: str) -> Callable[[Composer], Composer]:
    """Registers the function that writes messages of this kind.

    It is called at the moment of sending, in the recipient's language, reads the rows and the recipient's address
    again, and returns None when the news no longer holds (another revision, a cancelled visit, a removed right): the
    message is then cancelled. It may be called more than once and changes nothing. Raises ValueError when the name is
    taken.
    """

    def register(function: Composer) -> Composer:
        known = _composers.get(name)
        if known is not None and (known.__module__, known.__qualname__) != (function.__module__, function.__qualname__):
            raise ValueError(f"Two composers for the message {name}")
        _composers[name] = function
        return function

    return register


def is_known(name: str) -> bool:
    return name in _composers


def composer(name: str) -> Composer:
    """The function that writes this kind. Raises LookupError when no app registered it."""
    try:
        return _composers[name]
    except KeyError:
        raise LookupError(f"No composer for the message {name}") from None
