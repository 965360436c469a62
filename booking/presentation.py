"""Turns free slots into what the components draw. Words are chosen when the page is drawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from booking.selectors.availability import Availability, FreeSlot
from core.presentation import Chip, SlotDay, SlotWindow

Address = Callable[[FreeSlot], str]
WEEK = 7
SATURDAY = 5


def slot_value(slot: FreeSlot) -> str:
    """The value of an hour in a form: which agenda, and the instant with its offset."""
    return f"{slot.offer.agenda.uid}/{slot.start.isoformat()}"


def radio_window(
    found: Availability, *, page: Callable[[date], str], today: date, chosen: str = "", named: bool = True
) -> SlotWindow:
    """A week of radio buttons. `page` gives the address of the window that begins on a date."""
    days = [
        SlotDay(
            date=day,
            chips=[
                Chip(
                    start=slot.start,
                    zone=slot.timezone,
                    value=slot_value(slot),
                    who=slot.offer.agenda.practitioner.display_name if named else "",
                    state="chosen" if slot_value(slot) == chosen else "free",
                )
                for slot in slots
            ],
        )
        for day, slots in found.days
        # A weekend without a slot only takes room.
        if slots or day.weekday() < SATURDAY
    ]
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
