"""The contract of every gateway. A gateway knows no table: it is given facts and says what the outside answered.

What each one promises, and what the contract tests hold it to:
- the same `key` asked twice is the same collection: same name, no second debit;
- an answer is one of four states, a refusal has a stable code, and neither quotes an account or a card;
- nothing is collected without a valid means, and no amount below one cent is taken;
- a gateway that cannot be reached raises `GatewayDown`: the caller asks again later with the same key.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar


class State(StrEnum):
    """`WAITING`: the debtor or the bank acts next. `PROCESSING`: on its way. The two others are final."""

    WAITING = "waiting"
    PROCESSING = "processing"
    SETTLED = "settled"
    FAILED = "failed"


class GatewayDown(Exception):
    """The gateway did not answer, or not as agreed: nobody knows what it did. Asking again with the same key is safe."""


@dataclass(frozen=True, slots=True)
class MandateFacts:
    """What a SEPA collection needs to know of a mandate; never its account."""

    umr: str
    is_active: bool
    signed_on: date
    last_used_on: date | None
    notice_days: int


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the card service calls the payer and the card."""

    customer: str = field(repr=False)
    method: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Demand:
    """So many cents for an invoice. `key` names the attempt for ever; `payment` is the name of our own row."""

    key: str
    amount_cents: int
    reference: str
    today: date
    due_on: date
    payment: str = ""
    mandate: MandateFacts | None = None
    card: CardFacts | None = None

    def __post_init__(self) -> None:
        if self.amount_cents <= 0:
            raise ValueError("At least one cent is collected")
        if not 0 < len(self.key) <= 64:
            raise ValueError("A key has 1 to 64 signs")


@dataclass(frozen=True, slots=True)
class GiveBack:
    """So many cents of a collection back. `collected` is the gateway's name of it."""

    key: str
    amount_cents: int
    collected: str
    refund: str = ""

    def __post_init__(self) -> None:
        if self.amount_cents <= 0:
            raise ValueError("At least one cent is given back")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway said. `ref` is its own name for it, `on` the day the money moves when it is known, `code` why
    it failed.
    """

    state: State
    ref: str = ""
    on: date | None = None
    code: str = ""


class Gateway(ABC):
    """One road. `is_double` names a stand-in that moves no money: pages say so."""

    name: ClassVar[str]
    is_double = False

    @abstractmethod
    def collect(self, demand: Demand) -> Answer:
        """Ask for the money. Raises GatewayDown."""

    @abstractmethod
    def give_back(self, order: GiveBack) -> Answer:
        """Give money back, or say that a person must (`WAITING`). Raises GatewayDown."""
