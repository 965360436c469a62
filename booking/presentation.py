"""Turns free slots into what the components draw. Words are chosen when the page is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from booking.selectors.availability import Availability, FreeSlot
from core.presentation import Chip, SlotDay, SlotWindow

Address = Callable[[FreeSlot], str]
WEEK = 7
A_DAY = 6
SATURDAY = 5


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
