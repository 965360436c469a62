"""For which births a rule may call on a day: told from the ages of its schedule alone, before anything else is read.

A pass over a million people asks the engine only for the rules that their age leaves open.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from carnet.prevention.ages import Age, before
from carnet.prevention.rule import Rule
from carnet.prevention.rules_fr import rules_on
from carnet.prevention.schedules import AroundBirth, AtAges, Doses, Once, Repeat, Schedule, Season

# Ends of months and 29 February move an age by some days: who is that near to a bound is left to the engine.
_SLACK = timedelta(days=4)


class Reach(NamedTuple):
    """A rule that may be told, and the births, both included, outside of which it does not call that day."""

    rule: Rule
    first: date
    last: date


@lru_cache(maxsize=8)
def reaches_on(on: date) -> tuple[Reach, ...]:
    """Every rule in force that may be told, in the order of the rules."""
    return tuple(Reach(rule, *_births(rule.schedule, on)) for rule in rules_on(on) if rule.may_be_told)


def _births(schedule: Schedule, on: date) -> tuple[date, date]:
    opens, closes = _ages(schedule)
    first = before(on, closes) - _SLACK if closes else date.min
    return first, min(on, before(on, opens) + _SLACK) if opens else on


def _ages(schedule: Schedule) -> tuple[Age | None, Age | None]:
    """From which age a schedule may call, and from which it calls no more; None for no bound."""
    if isinstance(schedule, (Once, Repeat, Season)):
        return schedule.opens, schedule.closes
    if isinstance(schedule, (AtAges, Doses)):
        return schedule.ages[0], schedule.closes
    if isinstance(schedule, AroundBirth):
        return None, None
    raise TypeError(f"{type(schedule).__name__} says nothing of ages")
