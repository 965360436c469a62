"""What the engine reads of a person, and the words of its answer. No name, no row: dates, codes, yes and no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

FEMALE, MALE, UNKNOWN_SEX = "F", "M", "U"


class State(StrEnum):
    """What a rule says of somebody on a day. Only `DUE` and `OVERDUE` may ever be told."""

    NOT_CONCERNED = "not_concerned"
    TOO_EARLY = "too_early"
    DUE = "due"
    OVERDUE = "overdue"
    DONE = "done"
    DECLINED = "declined"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """The reason of an answer; `carnet.prevention.words` says it in sentences."""

    AGE = "age"
    AFTER_LAST = "after_last"
    SEASON = "season"
    CONDITION = "condition"
    PREGNANCY = "pregnancy"
    DONE_ON = "done_on"
    NOT_YET = "not_yet"
    OVER = "over"
    OTHER_SEX = "other_sex"
    OTHER_GENERATION = "other_generation"
    SAID_NO = "said_no"
    EXCLUDED = "excluded"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Window:
    """When an act is expected: from `opens`, late from `late`, no more from `closes`; the two last may be open."""

    opens: date
    late: date | None = None
    closes: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a person.

    `acts` gives the days of each act by its code, in any order. `conditions` holds what was answered, yes or no; what
    is absent is not known. `declined` gives the day on which a rule was turned down. `term` is the expected day of
    birth of a pregnancy.
    """

    birth: date
    sex: str = UNKNOWN_SEX
    acts: Mapping[str, Sequence[date]] = field(default_factory=dict)
    conditions: Mapping[str, bool] = field(default_factory=dict)
    declined: Mapping[str, date] = field(default_factory=dict)
    term: date | None = None
