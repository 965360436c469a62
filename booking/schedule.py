"""What the slot engine is told: an agenda's hours, absences and busy time, and the rules of one reason.

Plain values without the ORM. Times of day are those of the location's wall; seconds are cut off everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from booking.recurrence import InvalidRule, Recurrence

_MINUTE = timedelta(minutes=1)
_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Opening:
    """A window in which patients are received, on each date of `recurrence`.

    It ends at `end`, `span_days` local days after the date it begins on: 0 for the same day, 1 for the next one (24:00
    is 00:00 with 1). `reasons` are the ids it accepts (None: all). With `released_before` it is an urgent-care window:
    a start is offered only in that span before it. A public holiday closes the occurrence that begins on it, unless
    `open_on_holidays`.
    """

    id: int
    recurrence: Recurrence
    start: time
    end: time
    span_days: int = 0
    reasons: frozenset[int] | None = None
    released_before: timedelta | None = None
    open_on_holidays: bool = False

    def accepts(self, reason_id: int) -> bool:
        return self.reasons is None or reason_id in self.reasons


@dataclass(frozen=True, slots=True)
class Closing:
    """An absence, on each date of `recurrence`, until `end` on the wall `span_days` later (a fortnight's leave: 14)."""

    id: int
    recurrence: Recurrence
    start: time
    end: time
    span_days: int = 0


class Busy(NamedTuple):
    """Time already taken: epoch seconds, half-open, and the buffers (seconds) copied when it was booked."""

    start: int
    end: int
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class ReasonRules:
    """How one agenda offers one reason.

    `step` spaces the starts within a window. The buffers keep visits apart. `notice` is real time before the start.
    `horizon_days` is a number of local dates after today. `daily_quota` is a number of visits of this reason on one
    local date (None: no limit). Raises `InvalidRule`: duration_below_one_minute, step_below_one_minute, delay_negative.
    """

    id: int
    duration: timedelta
    step: timedelta
    buffer_before: timedelta = _NOTHING
    buffer_after: timedelta = _NOTHING
    notice: timedelta = _NOTHING
    horizon_days: int = 90
    daily_quota: int | None = None

    def __post_init__(self) -> None:
        if self.duration < _MINUTE:
            raise InvalidRule("duration_below_one_minute")
        if self.step < _MINUTE:
            raise InvalidRule("step_below_one_minute")
        if self.notice < _NOTHING or self.buffer_before < _NOTHING or self.buffer_after < _NOTHING:
            raise InvalidRule("delay_negative")


@dataclass(frozen=True, slots=True)
class AgendaCalendar:
    """One agenda as the engine sees it; the order of its sequences does not matter.

    `busy` holds everything that occupies the performer, in any agenda, around the days asked about. `holidays` are
    those of the location's territory. `booked_on` counts the visits of the reason asked about per local date.
    """

    zone: ZoneInfo
    openings: Sequence[Opening] = ()
    closings: Sequence[Closing] = ()
    holidays: frozenset[date] = frozenset()
    busy: Sequence[Busy] = ()
    booked_on: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A time one can book: half-open, aware, in UTC. Sorted by instant, never by the label of a clock."""

    start: datetime
    end: datetime


def validate_hours(start: time, end: time, span_days: int) -> None:
    """Refuse hours that hold no minute. Raises `InvalidRule`: hours_with_zone, hours_empty, hours_reversed."""
    if start.tzinfo is not None or end.tzinfo is not None:
        raise InvalidRule("hours_with_zone")
    length = span_days * 24 * 60 + _minutes(end) - _minutes(start)
    if length == 0:
        raise InvalidRule("hours_empty")
    if length < 0 or span_days < 0:
        raise InvalidRule("hours_reversed")


def _minutes(wall_time: time) -> int:
    return wall_time.hour * 60 + wall_time.minute
