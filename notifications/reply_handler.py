"""Who reads the replies to our SMS: the app that knows what they speak of registers one function."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as its reader gets it: `number` in E.164, `sender` its digest, `subject` names what answers to it."""

    number: str
    sender: str
    text: str
    subject: str


Reader = Callable[[Reply], str]
_readers: list[Reader] = []


def reads_replies(function: Reader) -> Reader:
    """Registers the reader of replies: called in a transaction, it returns a short code of what it made of the text.

    Raises ValueError when there is one already.
    """
    if _readers and (_readers[0].__module__, _readers[0].__qualname__) != (function.__module__, function.__qualname__):
        raise ValueError("Two readers of replies")
    _readers[:] = [function]
    return function


def read(reply: Reply) -> str:
    """What the reader made of it; « unread » when no app reads replies."""
    return _readers[0](reply) if _readers else "unread"
