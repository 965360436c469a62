"""Turns free slots and visits into what the components draw. Words are chosen when the page is drawn."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.models import Appointment
from booking.selectors.availability import Availability, FreeSlot
from core.presentation import Chip, SlotDay, SlotWindow
from patients.enums import Relation
from patients.selectors import SELF, Person
from practitioners.enums import Mode

Address = Callable[[FreeSlot], str]
WEEK = 7
A_DAY = 6
SATURDAY = 5
YOURS: dict[str, str | Promise] = {
    Relation.CHILD: _("votre enfant"),
    Relation.PARENT: _("votre parent"),
    Relation.SPOUSE: _("votre conjoint ou conjointe"),
}


@dataclass(frozen=True, slots=True)
class VisitCard:
    """A visit and the words of its card: for whom (« vous », or a name and what that person is to the reader), where.

    `may_change`: it may still be cancelled online; `may_move`: and moved.
    """

    visit: Appointment
    for_whom: str | Promise
    relation: str | Promise
    place: Sequence[str | Promise]
    may_change: bool
    may_move: bool


def visit_cards(visits: Iterable[Appointment], people: Sequence[Person], *, at: datetime) -> list[VisitCard]:
    """The cards of visits, as the reader who acts for `people` sees them at that instant."""
    known = {person.pk: person for person in people}
    return [_card(visit, known.get(visit.patient_id or 0), at) for visit in visits]


def _card(visit: Appointment, person: Person | None, at: datetime) -> VisitCard:
    may_change = visit.is_open and visit.start_at > at
    name: str | Promise = visit.record.display_name if visit.record else ""
    if person is not None and person.relation == SELF:
        name = _("vous")
    return VisitCard(
        visit=visit,
        for_whom=name,
        relation=YOURS.get(person.relation, "") if person is not None else "",
        place=_place(visit),
        may_change=may_change,
        may_move=may_change and at <= visit.may_cancel_until,
    )


def _place(visit: Appointment) -> Sequence[str | Promise]:
    if visit.mode != Mode.OFFICE:
        return [Mode(visit.mode).label]
    location = visit.agenda.location
    return [location.name, f"{location.street}, {location.postcode} {location.place.name}"]


def confirm_words(people: Sequence[Person]) -> str:
    """The words of the last button once it is known for whom, as JSON: `{"<uid>": "Confirmer pour Léo"}`."""
    words = {
        str(person.uid): gettext("Confirmer pour moi")
        if person.is_self
        else gettext("Confirmer pour %s") % person.first_name
        for person in people
    }
    return json.dumps(words, ensure_ascii=False)


def slot_value(slot: FreeSlot) -> str:
    """The value of an hour in a form: which agenda, and the instant with its offset."""
    return f"{slot.offer.agenda.uid}/{slot.start.isoformat()}"


def radio_window(
    found: Availability,
    *,
    page: Callable[[date], str],
    today: date,
    chosen: str = "",
    named: bool = True,
    all_hours: str = "",
) -> SlotWindow:
    """A week of radio buttons. `page` gives the address of the window that begins on a date.

    With `all_hours`, the address of the same window whole, long days are cut short, never before the chosen hour.
    """
    days = []
    for day, slots in found.days:
        # A weekend without a slot only takes room.
        if not slots and day.weekday() >= SATURDAY:
            continue
        chips = [
            Chip(
                start=slot.start,
                zone=slot.timezone,
                value=slot_value(slot),
                who=slot.offer.agenda.practitioner.display_name if named else "",
                state="chosen" if slot_value(slot) == chosen else "free",
            )
            for slot in slots
        ]
        shown = _shown(chips) if all_hours else len(chips)
        days.append(SlotDay(day, chips[:shown], more=len(chips) - shown, more_url=all_hours))
    first = found.days[0][0]
    following = found.next_slot
    return SlotWindow(
        days=days,
        previous_url=page(max(today, first - timedelta(days=WEEK))) if first > today else "",
        next_url=page(first + timedelta(days=WEEK)),
        next_slot=None
        if following is None
        else Chip(start=following.start, zone=following.timezone, url=page(following.local_day)),
    )


def _shown(chips: Sequence[Chip]) -> int:
    """How many hours of a day to show: a few, unless one more would do or the chosen one comes later."""
    chosen = next((n for n, chip in enumerate(chips, 1) if chip.state == "chosen"), 0)
    return len(chips) if chosen > A_DAY or len(chips) <= A_DAY + 1 else A_DAY
