"""The kinds of messages: each one's words are written by the app that knows what they speak of.

An app registers its kinds in its `messages` module, which is imported at start.
"""

from collections.abc import Callable

from notifications.envelope import Attachment, Envelope
from notifications.models import Message
from notifications.topics import Topic

__all__ = ["Attachment", "Composer", "Envelope", "composer", "falls_back", "is_known", "kind", "kinds", "topic_of"]

Composer = Callable[[Message], Envelope | None]

# The message, and the channel by which an address is wanted.
OtherAddress = Callable[[Message, str], str]

_composers: dict[str, Composer] = {}
_other_addresses: dict[str, OtherAddress] = {}
_with_another_way: set[str] = set()
_topics: dict[str, Topic] = {}


def kind(
    name: str, *, falls_back: bool = False, other_address: OtherAddress | None = None, topic: Topic = Topic.SERVICE
) -> Callable[[Composer], Composer]:
    """Registers the function that writes messages of this kind.

    It is called at the moment of sending, in the recipient's language, reads the rows and the recipient's address
    again, and returns None when the news no longer holds (another revision, a cancelled visit, a removed right): the
    message is then cancelled. It may be called more than once and changes nothing. Raises ValueError when the name is
    taken.

    `falls_back`: when an e-mail to an account cannot be delivered an SMS is tried instead, and the reverse; the function
    then writes both, and returns None for a channel the person has not. For a reader without an account, `other_address`
    gives the address of the same person by the other channel, from the rows as they are now.

    `topic`: what the person may refuse by each channel; the sending looks at it, the function need not.
    """

    def register(function: Composer) -> Composer:
        known = _composers.get(name)
        if known is not None and (known.__module__, known.__qualname__) != (function.__module__, function.__qualname__):
            raise ValueError(f"Two composers for the message {name}")
        _composers[name] = function
        if falls_back:
            _with_another_way.add(name)
        if other_address is not None:
            _other_addresses[name] = other_address
        _topics[name] = topic
        return function

    return register


def is_known(name: str) -> bool:
    return name in _composers


def kinds() -> list[str]:
    """Every registered kind, by name."""
    return sorted(_composers)


def topic_of(name: str) -> Topic:
    """What messages of this kind are about, for what a person may refuse."""
    return _topics.get(name, Topic.SERVICE)


def falls_back(name: str) -> bool:
    """Whether news of this kind may take another way when its own fails."""
    return name in _with_another_way


def other_address(message: Message, channel: str) -> str:
    """Where the same person without an account is reached by another channel; empty when nowhere."""
    find = _other_addresses.get(message.kind)
    return find(message, channel) if find is not None else ""


def composer(name: str) -> Composer:
    """The function that writes this kind. Raises LookupError when no app registered it."""
    try:
        return _composers[name]
    except KeyError:
        raise LookupError(f"No composer for the message {name}") from None
