"""Changes of hours and absences not yet written, as the engine sees them: what the services would write, without writing.

Raises the refusals of the services (`booking.hours`), so that what cannot be written is not shown either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from booking.hours import LEAVE, NIGHT, Hours, alone, check_release, split, without_day
from booking.models import Absence, OpeningHours
from booking.schedule import AgendaCalendar, Closing, Opening
from practitioners.models import AgendaReason

WHEN = frozenset(Hours.__dataclass_fields__)
# The engine tells rules apart by an id that only rows have.
NOT_WRITTEN = 0


class Scope(StrEnum):
    """How much of a series an act is about."""

    ALL = "all"
    ONE = "one"
    FROM = "from"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Rules taken away, by id, and put in their place. `offer` is an offer, written or not, on the terms wished for."""

    without_openings: frozenset[int] = frozenset()
    openings: tuple[Opening, ...] = ()
    without_closings: frozenset[int] = frozenset()
    closings: tuple[Closing, ...] = ()
    offer: AgendaReason | None = None

    def applied(self, calendar: AgendaCalendar) -> AgendaCalendar:
        """The calendar as it would be."""
        return replace(
            calendar,
            openings=[*(one for one in calendar.openings if one.id not in self.without_openings), *self.openings],
            closings=[*(one for one in calendar.closings if one.id not in self.without_closings), *self.closings],
        )


def new_openings(*windows: Mapping[str, Any], offers: Mapping[UUID, int]) -> Draft:
    """Windows added. `offers` gives the id of the agenda's offer of each visit reason."""
    return Draft(openings=tuple(_opening(_hours(fields), fields, offers) for fields in windows))


def changed_opening(
    row: OpeningHours, fields: Mapping[str, Any], *, scope: Scope, day: date | None, offers: Mapping[UUID, int]
) -> Draft:
    """A window changed on all its dates, on one, or from one on."""
    series = Hours.of(row)
    when = {name: value for name, value in fields.items() if name in WHEN}
    if scope == Scope.ONE and day is not None:
        single = alone(series, day).changed(**when).checked(longest_span=NIGHT)
        parts = [_same(row, without_day(series, day)), _opening(single, fields, offers)]
    elif scope == Scope.FROM and day is not None:
        earlier, later = split(series, day)
        parts = [
            _same(row, earlier),
            _opening(later.changed(**when).checked(longest_span=NIGHT), fields, offers),
        ]
    else:
        parts = [_opening(series.changed(**when).checked(longest_span=NIGHT), fields, offers)]
    return Draft(without_openings=frozenset({row.pk}), openings=tuple(parts))


def removed_opening(row: OpeningHours, *, scope: Scope, day: date | None) -> Draft:
    """A window closed on all its dates, on one, or from one on."""
    rest: tuple[Opening, ...] = ()
    if scope == Scope.ONE and day is not None:
        rest = (_same(row, without_day(Hours.of(row), day)),)
    elif scope == Scope.FROM and day is not None:
        rest = (_same(row, split(Hours.of(row), day)[0]),)
    return Draft(without_openings=frozenset({row.pk}), openings=rest)


def new_absence(fields: Mapping[str, Any]) -> Draft:
    return Draft(closings=(_closing(_hours(fields, longest_span=LEAVE)),))


def changed_absence(row: Absence, fields: Mapping[str, Any]) -> Draft:
    when = {name: value for name, value in fields.items() if name in WHEN}
    hours = Hours.of(row).changed(**when).checked(longest_span=LEAVE)
    return Draft(without_closings=frozenset({row.pk}), closings=(_closing(hours),))


def removed_absence(row: Absence) -> Draft:
    return Draft(without_closings=frozenset({row.pk}))


def _hours(fields: Mapping[str, Any], *, longest_span: int = NIGHT) -> Hours:
    return Hours(**{name: value for name, value in fields.items() if name in WHEN}).checked(longest_span=longest_span)


def _opening(hours: Hours, fields: Mapping[str, Any], offers: Mapping[UUID, int]) -> Opening:
    released, reasons = fields.get("released_minutes"), fields.get("reasons")
    check_release(released)
    return Opening(
        id=NOT_WRITTEN,
        recurrence=hours.recurrence,
        start=hours.start_time,
        end=hours.end_time,
        span_days=hours.span_days,
        reasons=None if reasons is None else frozenset(offers[uid] for uid in reasons if uid in offers),
        released_before=None if released is None else timedelta(minutes=released),
        open_on_holidays=fields.get("open_on_holidays", False),
    )


def _same(row: OpeningHours, hours: Hours) -> Opening:
    """The window of a row, on other dates."""
    return Opening(
        id=NOT_WRITTEN,
        recurrence=hours.recurrence,
        start=row.start_time,
        end=row.end_time,
        span_days=row.span_days,
        reasons=None if row.accepts_all_reasons else frozenset(reason.pk for reason in row.reasons.all()),
        released_before=None if row.released_minutes is None else timedelta(minutes=row.released_minutes),
        open_on_holidays=row.open_on_holidays,
    )


def _closing(hours: Hours) -> Closing:
    return Closing(NOT_WRITTEN, hours.recurrence, hours.start_time, hours.end_time, hours.span_days)
