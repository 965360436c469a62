"""Short ways to say an agenda, a reason and a local time in the tests of the slot engine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.recurrence import Frequency, Recurrence
from booking.slots import AgendaCalendar, Busy, Closing, Opening, ReasonRules, Slot, available_slots

PARIS = ZoneInfo("Europe/Paris")
REUNION = ZoneInfo("Indian/Reunion")
EVERY_DAY = frozenset(range(1, 8))
SPRING = date(2026, 3, 29)
AUTUMN = date(2026, 10, 25)
# A Monday far from any change of clock, and the eve of it as "now".
MONDAY = date(2026, 6, 15)


def at(day: date, label: str, zone: ZoneInfo = PARIS, *, fold: int = 0) -> datetime:
    """The aware instant at which a wall shows "HH:MM" (or "HH:MM:SS")."""
    return datetime.combine(day, time.fromisoformat(label), zone).replace(fold=fold).astimezone(UTC)


def daily(since: date = date(2026, 1, 1)) -> Recurrence:
    return Recurrence(Frequency.WEEKLY, since, weekdays=EVERY_DAY)


def once(day: date) -> Recurrence:
    return Recurrence(Frequency.ONCE, day)


def hours(start: str, end: str, when: Recurrence | date | None = None, **more) -> Opening:
    """An opening between two "HH:MM" labels, every day unless told when; "24:00" ends at midnight."""
    recurrence = once(when) if isinstance(when, date) else when or daily()
    return Opening(id=more.pop("id", 1), recurrence=recurrence, **_edges(start, end, more), **more)


def absence(start: str, end: str, when: Recurrence | date, **more) -> Closing:
    recurrence = once(when) if isinstance(when, date) else when
    return Closing(id=1, recurrence=recurrence, **_edges(start, end, more), **more)


def _edges(start: str, end: str, more: dict) -> dict:
    if end == "24:00":
        return {"start": time.fromisoformat(start), "end": time.min, "span_days": 1}
    return {
        "start": time.fromisoformat(start),
        "end": time.fromisoformat(end),
        "span_days": more.pop("span_days", int(end <= start)),
    }


def visit(minutes: int = 30, *, step: int | None = None, before: int = 0, after: int = 0, **more) -> ReasonRules:
    """A reason in minutes; its step is its duration unless told otherwise."""
    return ReasonRules(
        id=more.pop("id", 1),
        duration=timedelta(minutes=minutes),
        step=timedelta(minutes=step or minutes),
        buffer_before=timedelta(minutes=before),
        buffer_after=timedelta(minutes=after),
        **more,
    )


def taken(day: date, start: str, end: str, *, zone: ZoneInfo = PARIS, before: int = 0, after: int = 0) -> Busy:
    """A booking between two labels of one day, with buffers in minutes."""
    first, last = (int(at(day, label, zone).timestamp()) for label in (start, end))
    return Busy(first, last, before * 60, after * 60)


def agenda(*openings: Opening, zone: ZoneInfo = PARIS, **more) -> AgendaCalendar:
    return AgendaCalendar(zone=zone, openings=openings, **more)


def labels(slots: Iterable[Slot], zone: ZoneInfo = PARIS) -> list[str]:
    """What the wall shows at each start."""
    return [f"{slot.start.astimezone(zone):%H:%M}" for slot in slots]


def starts(
    calendar: AgendaCalendar, reason: ReasonRules, day: date, *, last: date | None = None, now: datetime | None = None
) -> list[str]:
    """The labels offered on a day (or up to another), seen from noon two days before unless told otherwise."""
    seen = now or at(day - timedelta(days=2), "12:00", calendar.zone)
    slots = available_slots(calendar, reason, first_day=day, last_day=last or day, now=seen)
    return labels(slots, calendar.zone)
