"""Short ways to ask the engine about a made-up person."""

from datetime import date

from carnet.prevention.engine import answers
from carnet.prevention.facts import Facts
from carnet.prevention.rules_fr import RULES


def said(facts: Facts, on: date) -> dict:
    """The answer of each rule in force, by code."""
    return {found.rule.code: found for found in answers(RULES, facts, on)}


def states(birth: date, on: date, **more) -> dict[str, str]:
    return {code: str(found.state) for code, found in said(Facts(birth, **more), on).items()}


def state(code: str, birth: date, on: date, **more) -> str:
    return states(birth, on, **more)[code]


def codes_in(wanted: set[str], birth: date, on: date, **more) -> set[str]:
    return {code for code, found in states(birth, on, **more).items() if found in wanted}
