"""The contract every channel keeps, real or double; `tests/notifications/test_channels.py` runs it on each of them."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core import failures
from notifications.envelope import Envelope


class Promise(StrEnum):
    """What a channel does when the answer to a sending was lost, and the message is sent again with the same `ref`."""

    ONCE_PER_REF = "once_per_ref"  # a second `send` with the same ref shows nothing new to the recipient
    ANSWERS_FOR_REF = "answers_for_ref"  # `known(ref)` says whether an earlier `send` went through
    AT_LEAST_ONCE = "at_least_once"  # neither: a crash between acceptance and our commit repeats the message


class ChannelError(Exception):
    """A sending that did not succeed; `code` is short and names no person.

    `retry_after` is how long the provider asked to be left alone, if it did.
    """

    def __init__(self, code: str, retry_after: timedelta | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class Unreachable(ChannelError):
    """The message was not taken this time: worth another try."""


class Down(Unreachable):
    """The provider itself fails, whoever the recipient: other messages would fare no better now."""


class Refused(ChannelError):
    """The provider will never take this message for this recipient."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the message; `reference` is its own name for it, at most 200 signs."""

    reference: str


@dataclass(frozen=True, slots=True)
class Failure:
    """The message did not leave, told as data.

    `permanent`: another try is useless. `provider_down`: counts against the provider (`notifications.circuits`).
    `error` is for tests and the demo's filling, which show it.
    """

    code: str
    permanent: bool = False
    provider_down: bool = False
    retry_after: timedelta | None = None
    error: Exception | None = None

    @classmethod
    def of(cls, error: Exception) -> "Failure":
        """The failure that an exception means; one nobody foresaw is worth another try."""
        return cls(
            code=error.code if isinstance(error, ChannelError) else failures.error_code(error),
            permanent=isinstance(error, Refused),
            provider_down=isinstance(error, Down),
            retry_after=error.retry_after if isinstance(error, ChannelError) else None,
            error=error,
        )


class Channel(ABC):
    """A way to reach a person."""

    promise: Promise

    @abstractmethod
    def send(self, ref: str, envelope: Envelope) -> str:
        """Hands the message to the provider and returns the provider's reference.

        Returning means that the provider accepted it. Raises Unreachable, Down or Refused, and takes at most a few
        seconds. Callers use `attempt`.
        """

    def known(self, ref: str) -> str | None:
        """The provider's reference of an earlier accepted sending with this `ref`, None when there is none.

        Raises Unreachable or Down when the provider cannot say: not knowing is not "no".
        """
        return None

    def attempt(self, ref: str, envelope: Envelope) -> Accepted | Failure:
        """Sends, and tells how it went as data; raises nothing."""
        try:
            return Accepted(self.send(ref, envelope)[:200])
        except Exception as error:
            return Failure.of(error)
