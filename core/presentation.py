"""Shapes that pages hand to the components: slots, days, practitioner cards, suggestions. They know no model.

A selector or a view builds them; `templates/components/` draws them. Every address is a finished URL, every instant
is aware, every zone an IANA name. Words are chosen when the page is drawn, in the language of the reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Literal

from core import phrasing

TINTS = 6


@dataclass(frozen=True, slots=True)
class Chip:
    """One hour. With `url` it is a link, with `value` a radio button of the grid's form.

    `who` ends its accessible name: « mardi 24 novembre à 9 h 40, Dr Claire Martin ».
    """

    start: datetime
    zone: str
    url: str = ""
    value: str = ""
    who: str = ""
    state: Literal["free", "chosen", "taken"] = "free"

    @property
    def hour(self) -> str:
        return phrasing.hour_text(self.start, self.zone, padded=True)

    @property
    def when(self) -> str:
        return phrasing.when_text(self.start, self.zone)

    @property
    def name(self) -> str:
        return f"{self.when}, {self.who}" if self.who else self.when


@dataclass(frozen=True, slots=True)
class SlotDay:
    """One date and its chips; `more` are left out of this short list and shown at `more_url`."""

    date: date
    chips: Sequence[Chip] = ()
    more: int = 0
    more_url: str = ""

    @property
    def weekday(self) -> str:
        return phrasing.weekday_text(self.date, short=True).capitalize()

    @property
    def day(self) -> str:
        return phrasing.day_text(self.date, weekday=False, short=True, year=False)

    @property
    def full(self) -> str:
        text = phrasing.day_text(self.date)
        return text[:1].upper() + text[1:]

    @property
    def others(self) -> str:
        return phrasing.others_text(self.more)


@dataclass(frozen=True)
class SlotWindow:
    """The days of a grid. `next_slot` is the first one after an empty window; its url leads to that week.

    `previous_url` is empty on the first window. `field` names the radio buttons (chips with a value). `short`: three
    columns whatever the width, for the practitioner card.
    """

    days: Sequence[SlotDay]
    previous_url: str = ""
    next_url: str = ""
    next_slot: Chip | None = None
    field: str = "slot"
    short: bool = False

    @cached_property
    def is_empty(self) -> bool:
        return not any(day.chips for day in self.days)

    @property
    def range(self) -> str:
        """« du 24 au 30 novembre »."""
        return phrasing.range_text(self.days[0].date, self.days[-1].date) if self.days else ""


@dataclass(frozen=True)
class PractitionerCard:
    """One result of a search, or a person shown in a list. Same card whether the practitioner is a customer or not.

    `role`: « Médecin généraliste · Secteur 1 ». `facts`: (icon name, sentence) after the address: fee, access, languages.
    One of `window` (three days), `next_slot` or `phone` stands on the right, in that order.
    """

    name: str
    url: str
    role: str = ""
    address: str = ""
    distance_km: float | None = None
    facts: Sequence[tuple[str, str]] = ()
    window: SlotWindow | None = None
    next_slot: Chip | None = None
    phone: str = ""
    bookable: bool = True
    alert_url: str = ""
    photo_url: str = ""
    tint: int = 1
    rank: int | None = None
    heading_level: int = 2

    @property
    def initials(self) -> str:
        return phrasing.initials(self.name)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of the search's list. `value` goes into the hidden field of the combobox; with `url`, choosing it leaves."""

    label: str
    value: str = ""
    hint: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionGroup:
    """Suggestions under a heading: Spécialités, Soignants, Cabinets, Lieux."""

    heading: str
    options: Sequence[Suggestion] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the breadcrumbs; the last one, the page itself, has no url."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A toggle of the results page: `url` is the same search with the filter turned the other way."""

    label: str
    url: str
    on: bool = False
    icon: str = ""


def tint_of(key: str | int) -> int:
    """One of the six tints, always the same for the same key, so that a person keeps a colour from page to page."""
    return sum(str(key).encode()) % TINTS + 1
