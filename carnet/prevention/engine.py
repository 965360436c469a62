"""Answers, for a person and a day, what each rule in force says: one answer a rule, with its reason. Pure.

The order of the questions is what keeps messages decent: who is not concerned is never asked, what is done is never due,
a refusal silences the question too, and what is not known is asked in the space and told to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from carnet.prevention.ages import after
from carnet.prevention.facts import UNKNOWN_SEX, Facts, State, Why, Window
from carnet.prevention.rule import Rule
from carnet.prevention.schedules import AroundBirth, Life, Season, Step

SEX, VACCINE_BOOK = "sex", "vaccine_book"
_CALLING = (State.DUE, State.OVERDUE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule says. `missing` names what must be known first (`sex`, `vaccine_book` or a condition).

    `window` is when the act is expected (None when that has no meaning), `last` the day of the act that counted last,
    `next_on` the day from which the next is expected once this one is done, `number` the rank of the dose or booster.
    """

    rule: Rule
    state: State
    why: Why
    window: Window | None = None
    last: date | None = None
    next_on: date | None = None
    number: int = 1
    condition: str = ""
    missing: tuple[str, ...] = ()

    @property
    def calls(self) -> bool:
        """Whether something is to be done now."""
        return self.state in _CALLING


def answer(rule: Rule, facts: Facts, on: date) -> Answer:
    """What one version of a rule says on a day; whether it is in force is the caller's question."""
    outside = _outside(rule, facts, on)
    if outside is not None:
        return Answer(rule, State.NOT_CONCERNED, outside)
    met = next((name for name in rule.any_of if facts.conditions.get(name)), "")
    unsaid = tuple(name for name in rule.any_of if name not in facts.conditions) if rule.any_of and not met else ()
    if rule.any_of and not met and not unsaid:
        return Answer(rule, State.NOT_CONCERNED, Why.EXCLUDED)
    step = rule.schedule.at(Life(facts.birth, facts.term), _counted(rule, facts, on), on)
    if step.state not in _CALLING:
        return _said(rule, step, step.state, _quiet_reason(step))
    if rule.code in facts.declined and facts.declined[rule.code] <= on:
        return _said(rule, step, State.DECLINED, Why.SAID_NO)
    missing = _missing(rule, facts, step, on, unsaid)
    if missing:
        return _said(rule, step, State.UNKNOWN, Why.MISSING, missing=missing)
    return _said(rule, step, step.state, _calling_reason(rule, step, met), condition=met)


def answers(rules: Iterable[Rule], facts: Facts, on: date) -> list[Answer]:
    """One answer for each rule in force that day, in the order of the rules."""
    return [answer(rule, facts, on) for rule in rules if rule.is_in_force(on)]


def calling(rules: Iterable[Rule], facts: Facts, on: date) -> Iterator[Answer]:
    """What is to be done now and may be told."""
    for rule in rules:
        if rule.may_be_told and rule.is_in_force(on):
            found = answer(rule, facts, on)
            if found.calls:
                yield found


def _outside(rule: Rule, facts: Facts, on: date) -> Why | None:
    if on < facts.birth:
        return Why.OVER
    if rule.sex is not None and facts.sex not in (rule.sex, UNKNOWN_SEX):
        return Why.OTHER_SEX
    if rule.born_from is not None and facts.birth < rule.born_from:
        return Why.OTHER_GENERATION
    if any(facts.conditions.get(name) for name in rule.excludes):
        return Why.EXCLUDED
    return None


def _counted(rule: Rule, facts: Facts, on: date) -> Mapping[str, Sequence[date]]:
    found = {}
    for code in rule.counted:
        days = facts.acts.get(code)
        if days:
            found[code] = sorted(day for day in days if facts.birth <= day <= on)
    return found


def _missing(rule: Rule, facts: Facts, step: Step, on: date, unsaid: tuple[str, ...]) -> tuple[str, ...]:
    missing = list(unsaid)
    if rule.sex is not None and facts.sex == UNKNOWN_SEX:
        missing.append(SEX)
    is_blank = step.last is None and not facts.conditions.get(VACCINE_BOOK)
    if is_blank and rule.asks_from is not None and on >= after(facts.birth, rule.asks_from):
        missing.append(VACCINE_BOOK)
    return tuple(missing)


def _quiet_reason(step: Step) -> Why:
    if step.state is State.DONE:
        return Why.DONE_ON
    return Why.NOT_YET if step.state is State.TOO_EARLY else Why.OVER


def _calling_reason(rule: Rule, step: Step, met: str) -> Why:
    if met:
        return Why.CONDITION
    if isinstance(rule.schedule, AroundBirth):
        return Why.PREGNANCY
    if isinstance(rule.schedule, Season):
        return Why.SEASON
    return Why.AFTER_LAST if step.last is not None else Why.AGE


def _said(
    rule: Rule, step: Step, state: State, why: Why, *, condition: str = "", missing: tuple[str, ...] = ()
) -> Answer:
    return Answer(
        rule, state, why, step.window, step.last, step.next_on, step.number, condition=condition, missing=missing
    )
