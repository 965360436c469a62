"""One rule of prevention as a dated value: whom it concerns, when, in what words, and which public source says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise

from carnet.prevention.ages import Age
from carnet.prevention.schedules import Schedule

Text = str | Promise


class Theme(StrEnum):
    """What a person agrees, or not, to be told about: each theme has its own consent."""

    VACCINES = "vaccines"
    CANCERS = "cancers"
    CHILD = "child"
    TEETH = "teeth"
    CHECKUPS = "checkups"
    BIRTH = "birth"
    SEXUAL = "sexual"


class Strength(StrEnum):
    """How firmly the source puts it. What is only `OFFERED` is shown, and never told by a message."""

    MANDATORY = "mandatory"
    RECOMMENDED = "recommended"
    OFFERED = "offered"


@dataclass(frozen=True, slots=True)
class Source:
    """Who says so and where. `published` is the day of the text when it is known, `retrieved` when it was last read.

    `checked` is False for what is generally known but was not read again in the text itself: the page says so.
    """

    name: Text
    url: str
    retrieved: date
    published: date | None = None
    checked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A version of a rule, in force from `valid_from` until the day before `valid_to`.

    `acts` are the codes that count as done; the rule's own code always does. `any_of` are conditions of which one is
    needed; `excludes` end the rule when one is known. `asks_from` is the age from which nothing is concluded from an
    empty vaccination book until the person says that it is complete. `specialties` are the slugs of those who do it,
    `reasons` the slugs of the usual reasons under which it is booked. `discreet`: never shown to a relative, never told.
    """

    code: str
    theme: Theme
    title: Text
    gist: Text
    schedule: Schedule
    source: Source
    valid_from: date
    valid_to: date | None = None
    strength: Strength = Strength.RECOMMENDED
    acts: tuple[str, ...] = ()
    sex: str | None = None
    born_from: date | None = None
    any_of: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    asks_from: Age | None = None
    specialties: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    discreet: bool = False
    counted: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "counted", (*dict.fromkeys((*self.acts, self.code)),))

    def is_in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    @property
    def may_be_told(self) -> bool:
        """Whether a message may ever speak of it."""
        return self.strength is not Strength.OFFERED and not self.discreet
