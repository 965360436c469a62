"""The contract every channel keeps, real or double; `tests/notifications/test_channels.py` runs it on each of them."""

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import ClassVar

from notifications.envelope import Envelope


class Promise(StrEnum):
    """What a channel does when the answer to a sending was lost, and the message is sent again with the same `ref`."""

    ONCE_PER_REF = "once_per_ref"  # a second `send` with the same ref shows nothing new to the recipient
    ANSWERS_FOR_REF = "answers_for_ref"  # `known(ref)` says whether an earlier `send` went through
    AT_LEAST_ONCE = "at_least_once"  # neither: a crash between acceptance and our commit repeats the message


class ChannelError(Exception):
    """A sending that did not succeed; `code` is short and names no person."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unreachable(ChannelError):
    """The provider did not answer, or asked to come back: worth another try."""


class Refused(ChannelError):
    """The provider will never take this message for this recipient."""


class Channel(ABC):
    """A way to reach a person."""

    promise: ClassVar[Promise]

    @abstractmethod
    def send(self, ref: str, envelope: Envelope) -> str:
        """Hands the message to the provider and returns the provider's reference.

        Returning means that the provider accepted it. Raises Unreachable or Refused, and takes at most a few seconds.
        """

    def known(self, ref: str) -> str | None:
        """The provider's reference of an earlier accepted sending with this `ref`, None when there is none."""
        return None
