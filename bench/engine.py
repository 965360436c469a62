"""Times the pure slot engine, without a database: `.venv/bin/python -m bench.engine`.

Each line is the best and the median of repeated calls, in milliseconds; shapes are those of the yardsticks (visits
of 20 minutes, two windows a weekday, a given number of bookings).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

from booking.recurrence import Frequency, Recurrence
from booking.slots import (
    AgendaCalendar,
    Busy,
    Opening,
    ReasonRules,
    Slot,
    available_slots,
    first_slot,
    hidden_starts,
    why_not,
)

PARIS = ZoneInfo("Europe/Paris")
# A Monday; ninety days from it cross the autumn change.
TODAY = date(2026, 9, 7)
NOW = datetime(2026, 9, 7, 4, 0, tzinfo=UTC)
VISIT = ReasonRules(id=1, duration=timedelta(minutes=20), step=timedelta(minutes=20), horizon_days=90)
SESSIONS = ((time(9), time(12, 20)), (time(14), time(17, 20)))


def openings() -> list[Opening]:
    """Ten rows, one for each half day of the week, as practices write them."""
    return [
        Opening(
            weekday * 2 + half, Recurrence(Frequency.WEEKLY, date(2026, 1, 1), weekdays=frozenset({weekday})), *hours
        )
        for weekday in range(1, 6)
        for half, hours in enumerate(SESSIONS)
    ]


def calendar(bookings: int, days: int, seed: int = 0) -> AgendaCalendar:
    """An agenda with so many of its slots of the next days taken, at random."""
    free = AgendaCalendar(zone=PARIS, openings=openings())
    slots = available_slots(free, VISIT, first_day=TODAY, last_day=TODAY + timedelta(days=days - 1), now=NOW)
    chosen = random.Random(seed).sample(slots, min(bookings, len(slots)))
    busy = sorted(Busy(int(slot.start.timestamp()), int(slot.end.timestamp()), 0, 300) for slot in chosen)
    return AgendaCalendar(zone=PARIS, openings=openings(), busy=busy)


def measure(label: str, call: Callable[[], object], repeat: int = 60) -> float:
    """Print a line and return the best time, in milliseconds."""
    times = []
    for _ in range(repeat):
        begun = perf_counter()
        call()
        times.append((perf_counter() - begun) * 1000)
    print(f"{label:<52} best {min(times):7.3f}   median {median(times):7.3f}")
    return min(times)


def free(agenda: AgendaCalendar, days: int) -> list[Slot]:
    return available_slots(agenda, VISIT, first_day=TODAY, last_day=TODAY + timedelta(days=days - 1), now=NOW)


def first(agenda: AgendaCalendar) -> Slot | None:
    return first_slot(agenda, VISIT, from_day=TODAY, now=NOW)


def main() -> None:
    usual, dense, full = calendar(50, 28), calendar(930, 90), calendar(10_000, 91)
    crowd = [calendar(50, 28, seed) for seed in range(20)]
    last = free(usual, 7)[-1]
    measure(f"1 agenda, 7 days, 50 busy ({len(free(usual, 7))} free)", lambda: free(usual, 7))
    measure(f"1 agenda, 90 days, 50 busy ({len(free(usual, 90))} free)", lambda: free(usual, 90))
    measure(f"1 agenda, 90 days, 930 busy ({len(free(dense, 90))} free)", lambda: free(dense, 90))
    measure("20 agendas, 3 days, 50 busy each", lambda: [free(one, 3) for one in crowd])
    opened = measure("next slot, 50 busy", lambda: first(usual))
    closed = measure(f"next slot, 90 days full ({len(full.busy)} busy)", lambda: first(full))
    print(f"{'full / open':<52} {closed / opened:12.1f}")
    measure("why_not, 50 busy", lambda: why_not(usual, VISIT, last.start, now=NOW))
    week = TODAY + timedelta(days=6)
    measure(
        "hidden_starts, 7 days, 50 busy",
        lambda: hidden_starts(usual, VISIT, first_day=TODAY, last_day=week, now=NOW),
    )


if __name__ == "__main__":
    main()
