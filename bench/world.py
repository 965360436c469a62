"""Where things are in the loaded databases, and how they are called from outside.

The usual agendas come first, twenty to a practice; then one practice for each special calendar, whose first agenda is
the one meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import md5
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from bench.scale import Scale
from core import clock

PER_PRACTICE = 20
PARIS = ZoneInfo("Europe/Paris")
# A day has ten starts in the morning and ten in the afternoon.
STARTS = 20
STEP = timedelta(minutes=20)
SPECIALS = (
    "lone", "busy", "full", "race_same", "race_overlap", "race_hold", "race_move", "race_family", "race_restore",
    "race_first", "race_timed", "desk", "desk_more",
)  # fmt: skip


def uid(word: str, number: int) -> UUID:
    """The public identifier that `rows.sql` gives to that row."""
    return UUID(md5(f"{word}{number}".encode(), usedforsecurity=False).hexdigest())


@dataclass(frozen=True, slots=True)
class World:
    """One loaded database: its number of usual agendas, and the Monday its visits are placed around."""

    agendas: int
    monday: date

    @classmethod
    def of(cls, agendas: int) -> World:
        today = clock.now().date()
        return cls(agendas, today - timedelta(days=today.weekday()))

    @property
    def practices(self) -> int:
        """All of them, those of the special calendars included."""
        return self.agendas // PER_PRACTICE + len(SPECIALS)

    @property
    def next_sunday(self) -> date:
        """A day on which nobody opens, at least a day ahead."""
        sunday = self.monday + timedelta(days=6)
        return sunday if sunday > clock.now().date() else sunday + timedelta(days=7)

    def special(self, name: str) -> int:
        """The number of the agenda with that special calendar."""
        return self.agendas + SPECIALS.index(name) * PER_PRACTICE + 1

    def practice_of(self, agenda: int) -> int:
        return (agenda - 1) // PER_PRACTICE + 1

    def reason_of(self, agenda: int, *, long: bool = False) -> UUID:
        """The reason of twenty minutes, or the one of forty-five at the same starts."""
        return uid("reason", 2 * self.practice_of(agenda) - (0 if long else 1))

    def start(self, week: int, weekday: int, slot: int) -> datetime:
        """One of the twenty starts of a day; weeks count from that of the visits' Monday, weekdays from 0."""
        wall = time(9 if slot < STARTS // 2 else 14)
        shown = datetime.combine(self.monday, wall) + slot % (STARTS // 2) * STEP
        return clock.combine(self.monday + timedelta(days=week * 7 + weekday), shown.time(), PARIS)

    def free_starts(self, agenda: int) -> Iterator[datetime]:
        """The starts that the loaded visits of a usual agenda leave free in the next weeks, in a mixed order."""
        starts = [(week, weekday, slot) for week in range(1, 6) for weekday in range(5) for slot in range(STARTS)]
        Random(agenda).shuffle(starts)
        for week, weekday, slot in starts:
            if slot != (agenda * 7 + ((week + 4) * 5 + weekday) * 13) % STARTS:
                yield self.start(week, weekday, slot)

    def race_starts(self) -> list[datetime]:
        """Every start of the next eleven weeks, in order of time, for the empty calendars of the races."""
        return [
            self.start(week, weekday, slot) for week in range(1, 12) for weekday in range(5) for slot in range(STARTS)
        ]

    def neighbours(self, agenda: int) -> list[int]:
        """The agendas of the same practice."""
        first = (agenda - 1) // PER_PRACTICE * PER_PRACTICE + 1
        return list(range(first, first + PER_PRACTICE))


def scales(scale: Scale) -> dict[str, World]:
    """The two databases of a run, by name."""
    return {"small": World.of(scale.small_agendas), "large": World.of(scale.agendas)}
