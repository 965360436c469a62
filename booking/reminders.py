"""When a person is reminded of a visit: pure computation, from a plan of steps to instants. No table is read here.

Never before the booking or while its confirmation is fresh, never after the start, never in the quiet hours of the
reader's zone; a reminder that cannot be on time any more is left out, not sent late.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from core import clock

CHANNELS = ("email", "sms")
STEPS_AT_MOST = 8
DAYS_AT_MOST = 30
MINUTES_AT_LEAST, MINUTES_AT_MOST = 30, 72 * 60
# From a visit booked longer ahead than this on, the plan of a distant visit holds.
FAR = timedelta(days=7)
# What was just confirmed needs no reminder.
FRESH = timedelta(hours=2)
# A reminder put off to the morning must still leave this much time.
LEAST_LEFT = timedelta(minutes=30)
# A reminder that could not be sent for so long says nothing useful any more.
LIFE = timedelta(days=1)
QUIET_FROM, QUIET_UNTIL = time(21), time(8)
# What is brought forward because of the quiet hours goes this long before them.
BEFORE_QUIET = timedelta(hours=1)


def is_quiet(wall: time) -> bool:
    return wall >= QUIET_FROM or wall < QUIET_UNTIL


class Booked(StrEnum):
    """For visits booked how long ahead a step is meant."""

    ANY = "any"
    FAR = "far"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Step:
    """One reminder by one channel: `days` before the visit at the wall time `at`, or `minutes` before its start.

    With `until`, between `at` and that time (half-open): each person at a moment of their own.
    """

    channel: str
    days: int | None = None
    at: time | None = None
    minutes: int | None = None
    booked: Booked = Booked.ANY
    until: time | None = None

    def __post_init__(self) -> None:
        if self.channel not in CHANNELS:
            raise ValueError("channel")
        if self.minutes is not None:
            if self.days is not None or self.at is not None or self.until is not None:
                raise ValueError("moment")
            if not MINUTES_AT_LEAST <= self.minutes <= MINUTES_AT_MOST:
                raise ValueError("minutes")
        else:
            if self.days is None or self.at is None or self.at.tzinfo is not None:
                raise ValueError("moment")
            if not 1 <= self.days <= DAYS_AT_MOST:
                raise ValueError("days")
            if is_quiet(self.at):
                raise ValueError("quiet")
            if self.until is not None and (self.until.tzinfo is not None or not self.at < self.until <= QUIET_FROM):
                raise ValueError("until")

    @property
    def code(self) -> str:
        """Names the step inside a plan: `d1-1500`, `d1-1400-1600`, `m120`."""
        if self.minutes is not None:
            return f"m{self.minutes}"
        return f"d{self.days}-{self.at:%H%M}" + (f"-{self.until:%H%M}" if self.until is not None else "")

    def wall_time(self, spread: float) -> time:
        """The time of day of a step in days, to the minute; `spread` (0 to 1, excluded) says where between its two times."""
        at = self.at or _AFTERNOON
        if self.until is None:
            return at
        first, last = (one.hour * 60 + one.minute for one in (at, self.until))
        minute = first + int((last - first) * spread)
        return time(minute // 60, minute % 60)


_AFTERNOON = time(15)
Plan = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """One reminder to send between two instants (half-open, UTC)."""

    channel: str
    code: str
    due_at: datetime
    expires_at: datetime


# E-mail a week and a day before, SMS two days before; booked within the week, e-mail and SMS the day before.
DEFAULT: Plan = (
    Step("email", days=7, at=_AFTERNOON, booked=Booked.FAR),
    Step("sms", days=2, at=_AFTERNOON, booked=Booked.FAR),
    Step("email", days=1, at=_AFTERNOON),
    Step("sms", days=1, at=_AFTERNOON, booked=Booked.NEAR),
)


def reminders(
    plan: Iterable[Step], *, booked_at: datetime, start: datetime, zone: ZoneInfo, spread: float = 0.5
) -> list[Due]:
    """The reminders of a visit that still make sense, by time; `zone` is that of the reader.

    `spread`: where this person stands between the two times of a step that has two (0 to 1, excluded). Two steps that
    fall on the same instant and channel are one. Raises ValueError for a naive instant.
    """
    lead = start - booked_at
    found: dict[tuple[str, datetime], Due] = {}
    for step in plan:
        if (step.booked is Booked.FAR and lead <= FAR) or (step.booked is Booked.NEAR and lead > FAR):
            continue
        due_at = _moment(step, booked_at + FRESH, start, zone, spread)
        if due_at is not None:
            expires_at = min(start, due_at + LIFE, next_quiet(due_at, zone))
            found.setdefault((step.channel, due_at), Due(step.channel, step.code, due_at, expires_at))
    return sorted(found.values(), key=lambda due: (due.due_at, due.channel))


def _moment(step: Step, earliest: datetime, start: datetime, zone: ZoneInfo, spread: float) -> datetime | None:
    """When this step goes; None when it would come too early after the booking, or too late."""
    if step.minutes is None:
        day = clock.local_date(start, zone) - timedelta(days=step.days or 0)
        wished = clock.combine(day, step.wall_time(spread), zone)
        return wished if earliest <= wished < start else None
    wished = start - timedelta(minutes=step.minutes)
    if wished < earliest:
        return None
    if not in_quiet_hours(wished, zone):
        return wished
    morning = quiet_end(wished, zone)
    if morning + LEAST_LEFT <= start:
        return morning
    evening = quiet_start(wished, zone) - BEFORE_QUIET
    return evening if evening >= earliest else None


def in_quiet_hours(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether somebody in this zone is not to be written to at this instant."""
    return is_quiet(moment.astimezone(zone).time())


def quiet_end(moment: datetime, zone: ZoneInfo) -> datetime:
    """The end of the quiet hours that hold this instant."""
    return clock.combine(_evening(moment, zone) + timedelta(days=1), QUIET_UNTIL, zone)


def quiet_start(moment: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of the quiet hours that hold this instant."""
    return clock.combine(_evening(moment, zone), QUIET_FROM, zone)


def next_quiet(moment: datetime, zone: ZoneInfo) -> datetime:
    """When the next quiet hours begin, for an instant outside of them."""
    return clock.combine(clock.local_date(moment, zone), QUIET_FROM, zone)


def _evening(moment: datetime, zone: ZoneInfo) -> date:
    """The date on which the quiet night around this instant begins."""
    wall = moment.astimezone(zone)
    return wall.date() if wall.time() >= QUIET_FROM else wall.date() - timedelta(days=1)


def plan_of(rows: Sequence[Mapping[str, Any]]) -> Plan:
    """The plan behind its stored form, `[{"channel", "days", "at"} or {"channel", "minutes"}, …]`, with `booked`, `until`.

    An empty one reminds nobody. Raises ValueError with what is wrong: `steps`, `twice` or a field of a step.
    """
    if len(rows) > STEPS_AT_MOST:
        raise ValueError("steps")
    plan = tuple(_step(row) for row in rows)
    if any(one == other for one, other in pairwise(sorted(plan, key=repr))):
        raise ValueError("twice")
    return plan


def _step(row: Mapping[str, Any]) -> Step:
    unknown = set(row) - {"channel", "days", "at", "until", "minutes", "booked"}
    if unknown:
        raise ValueError("field")
    days, at, minutes = row.get("days"), row.get("at"), row.get("minutes")
    for name, value in (("days", days), ("minutes", minutes)):
        if value is not None and type(value) is not int:
            raise ValueError(name)
    try:
        wall, last = (None if one is None else time.fromisoformat(one) for one in (at, row.get("until")))
    except (TypeError, ValueError):
        raise ValueError("moment") from None
    try:
        booked = Booked(row.get("booked", Booked.ANY))
    except ValueError:
        raise ValueError("booked") from None
    return Step(str(row.get("channel", "")), days=days, at=wall, minutes=minutes, booked=booked, until=last)


def rows_of(plan: Iterable[Step]) -> list[dict[str, Any]]:
    """The stored form of a plan."""
    found: list[dict[str, Any]] = []
    for step in plan:
        row: dict[str, Any] = {"channel": step.channel, "booked": str(step.booked)}
        if step.minutes is not None:
            row["minutes"] = step.minutes
        else:
            row |= {"days": step.days, "at": f"{step.at:%H:%M}"}
            if step.until is not None:
                row["until"] = f"{step.until:%H:%M}"
        found.append(row)
    return found
