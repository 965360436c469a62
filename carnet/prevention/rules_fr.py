"""The rules of prevention in France, all versions: the table the engine reads.

Several rows may bear one code: they are versions, never in force on the same day.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from carnet.prevention import rules_checkups, rules_infant, rules_screening, rules_vaccines, rules_winter
from carnet.prevention.rule import Rule

RULES: tuple[Rule, ...] = (
    *rules_infant.RULES,
    *rules_vaccines.RULES,
    *rules_winter.RULES,
    *rules_screening.RULES,
    *rules_checkups.RULES,
)
CODES = tuple(dict.fromkeys(rule.code for rule in RULES))


@lru_cache(maxsize=512)
def rules_on(day: date) -> tuple[Rule, ...]:
    """The versions in force that day, in the order of the table."""
    return tuple(rule for rule in RULES if rule.is_in_force(day))


def rule_on(code: str, day: date) -> Rule | None:
    """The version of a rule in force that day."""
    return next((rule for rule in rules_on(day) if rule.code == code), None)
