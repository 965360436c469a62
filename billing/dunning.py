"""What happens to an unpaid invoice, as a declared calendar. Pure: facts and a day in, one act out.

Days count from the due date. Steps are taken in order, one at a time, and each leaves the payer time since the one
before: after a stop of the service or a long hold, nobody gets four letters in a week, and nothing is ever restricted
without a formal notice ten days earlier. The forty euros are mentioned by every letter and charged by none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from billing.enums_books import DunningAct

# Article D441-5 of the code de commerce, for each late invoice, between businesses; no VAT on it.
INDEMNITY_CENTS = 4000
# Who pays by these is presented again; a transfer is only asked for.
PRESENTED = frozenset({"sepa", "card"})


class Step(NamedTuple):
    """An act, the first day when it may come, and how many days it leaves after the last letter."""

    act: DunningAct
    day: int
    rest: int
    is_letter: bool = True


CALENDAR = (
    Step(DunningAct.NOTICE, 1, 0),
    Step(DunningAct.RETRY, 5, 0, is_letter=False),
    Step(DunningAct.REMINDER, 10, 3),
    Step(DunningAct.INDEMNITY, 20, 5),
    Step(DunningAct.FORMAL, 30, 7),
    Step(DunningAct.RESTRICT, 45, 10),
)
_LETTERS = frozenset(step.act for step in CALENDAR if step.is_letter)


@dataclass(frozen=True, slots=True)
class Unpaid:
    """An invoice as dunning sees it. `taken`: the day of each step taken or left out, `left_out` those of the second kind.

    `money_comes`: a debit or a card payment is on its way and its outcome is not known.
    """

    due_on: date
    open_cents: int
    method: str = "transfer"
    taken: Mapping[str, date] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    held_until: date | None = None
    money_comes: bool = False


class Act(NamedTuple):
    """The step to take now, or to leave out because it does not concern this payer."""

    act: DunningAct
    applies: bool


def late_days(due_on: date, today: date) -> int:
    """How many days late on `today`; nil on the due date and before."""
    return max(0, (today - due_on).days)


def is_owed(unpaid: Unpaid) -> bool:
    return unpaid.open_cents > 0


def act_on(unpaid: Unpaid, today: date) -> Act | None:
    """What is to be done today; None when nothing is: paid, not late, held, money on its way, or too soon."""
    if not is_owed(unpaid) or unpaid.money_comes:
        return None
    found = next_step(unpaid)
    if found is None:
        return None
    step, day = found
    return Act(step.act, _applies(step, unpaid)) if day <= today else None


def next_step(unpaid: Unpaid) -> tuple[Step, date] | None:
    """The step that comes next and its day, if nothing is paid until then; None after the last one."""
    step = next((step for step in CALENDAR if step.act not in unpaid.taken), None)
    if step is None:
        return None
    letters = [day for act, day in unpaid.taken.items() if act in _LETTERS and act not in unpaid.left_out]
    days = [unpaid.due_on + timedelta(days=step.day)]
    if letters and step.rest:
        days.append(max(letters) + timedelta(days=step.rest))
    if unpaid.held_until is not None:
        days.append(unpaid.held_until)
    return step, max(days)


def is_restricted(taken: Mapping[str, date], left_out: frozenset[str] = frozenset()) -> bool:
    """Whether this invoice, as long as it is owed, keeps online booking closed."""
    return DunningAct.RESTRICT in taken and DunningAct.RESTRICT not in left_out


def last_act(taken: Mapping[str, date], left_out: frozenset[str] = frozenset()) -> DunningAct | None:
    """The furthest step that was really taken."""
    return next((step.act for step in reversed(CALENDAR) if step.act in taken and step.act not in left_out), None)


def _applies(step: Step, unpaid: Unpaid) -> bool:
    return step.act != DunningAct.RETRY or unpaid.method in PRESENTED
