"""Which free starts are offered to whom when a day is closed. Pure: it is told what is free and chooses.

Turn by turn in the order of the practice, so that everybody has one start before anybody has a second; one start a day
for each person, so that the choice is a real one; never more than a share of what was free on any day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from booking.schedule import Slot

# At most so much of the free time of one practitioner's day is taken away from the public.
SHARE = 0.3
# Own agendas are looked through so far before a colleague's is, and both farther afterwards.
NEAR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Need:
    """One visit to replace: who (any key), how long, and the offers that suit it, own ones and colleagues'."""

    key: int
    duration: timedelta
    own: Sequence[int]
    colleagues: Sequence[int]


@dataclass(frozen=True, slots=True)
class Choice:
    """A start chosen for a need; `offer` is the key of the offer it is one of."""

    need: int
    offer: int
    slot: Slot
    day: date


FreeOn = Callable[[int, date, timedelta], Sequence[Slot]]


@dataclass(slots=True)
class Ledger:
    """Per performer and local day: the minutes free at first, those already kept, and the slots chosen so far.

    `kept` holds what other rescues keep: it was free, and it counts.
    """

    performer_of: dict[int, int]
    kept: dict[tuple[int, date], timedelta] = field(default_factory=dict)
    taken: dict[tuple[int, date], list[tuple[datetime, datetime, timedelta, timedelta]]] = field(default_factory=dict)

    def room(self, offer: int, day: date, free: Sequence[Slot], duration: timedelta) -> bool:
        """Whether one more visit of this length keeps the day under its share."""
        at = (self.performer_of[offer], day)
        kept = self.kept.get(at, timedelta())
        mine = sum((end - start for start, end, _, _ in self.taken.get(at, [])), timedelta())
        # What other rescues keep is not in `free`, and what this one keeps still is.
        return kept + mine + duration <= (without_overlap(free) + kept) * SHARE

    def fits(self, offer: int, day: date, slot: Slot, before: timedelta, after: timedelta) -> bool:
        """Whether the slot keeps its distance from those chosen so far, buffers of both sides included."""
        return all(
            slot.end + max(after, other_before) <= start or end + max(other_after, before) <= slot.start
            for start, end, other_before, other_after in self.taken.get((self.performer_of[offer], day), [])
        )

    def take(self, offer: int, day: date, slot: Slot, before: timedelta, after: timedelta) -> None:
        self.taken.setdefault((self.performer_of[offer], day), []).append((slot.start, slot.end, before, after))


def without_overlap(free: Sequence[Slot]) -> timedelta:
    """How much time these starts give when one visit follows the other."""
    total, reached = timedelta(), None
    for slot in free:
        if reached is None or slot.start >= reached:
            total += slot.end - slot.start
            reached = slot.end
    return total


def plan(
    needs: Sequence[Need],
    *,
    free_on: FreeOn,
    buffers: Callable[[int], tuple[timedelta, timedelta]],
    ledger: Ledger,
    first_day: date,
    last_day: date,
    each: int,
) -> list[Choice]:
    """At most `each` starts for every need. `free_on(offer, day, length)` gives the free starts of a day, sorted."""
    chosen: list[Choice] = []
    used: dict[int, set[date]] = {need.key: set() for need in needs}
    for _turn in range(each):
        for need in needs:
            found = _first(need, used[need.key], free_on, buffers, ledger, first_day, last_day)
            if found is None:
                continue
            before, after = buffers(found.offer)
            ledger.take(found.offer, found.day, found.slot, before, after)
            used[need.key].add(found.day)
            chosen.append(found)
    return chosen


def _first(
    need: Need,
    used: set[date],
    free_on: FreeOn,
    buffers: Callable[[int], tuple[timedelta, timedelta]],
    ledger: Ledger,
    first_day: date,
    last_day: date,
) -> Choice | None:
    for offers, day in _places(need, first_day, last_day):
        if day in used:
            continue
        candidates = []
        for offer in offers:
            free = free_on(offer, day, need.duration)
            if not free or not ledger.room(offer, day, free, need.duration):
                continue
            slot = next((slot for slot in free if ledger.fits(offer, day, slot, *buffers(offer))), None)
            if slot is not None:
                candidates.append(Choice(need.key, offer, slot, day))
        if candidates:
            return min(candidates, key=lambda choice: (choice.slot.start, choice.offer))
    return None


def _places(need: Need, first_day: date, last_day: date) -> Iterator[tuple[Sequence[int], date]]:
    """The practitioner's own days that are near, then a colleague's, then both farther."""
    near = min(first_day + NEAR, last_day)
    for offers, start, end in (
        (need.own, first_day, near),
        (need.colleagues, first_day, near),
        ((*need.own, *need.colleagues), near + timedelta(days=1), last_day),
    ):
        if offers:
            for number in range((end - start).days + 1):
                yield offers, start + timedelta(days=number)
