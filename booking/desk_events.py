"""The events of the calendar grid, as its JSON: visits, and what is drawn behind them.

Times are wall times of the agenda's place without offset ("2026-11-24T09:40"): the grid shows a wall, and hands back what
it shows together with the agenda.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from booking.desk_presentation import VERBS, Line, hold_words, is_outside, surname, visit_line, waiting_of
from booking.enums import CANCELLED, OPEN, Status
from booking.intervals import Interval, merged
from booking.models import Appointment
from booking.selectors.desk_agenda import AgendaDays, DeskWindow
from core import clock
from core.phrasing import duration_text

# The hours drawn when nothing asks for more.
EARLIEST, LATEST = 8, 19
# Below this length there is room for the name alone.
TWO_LINES = timedelta(minutes=30)
# Planned is what a visit is unless something says otherwise: no sign in the grid (design, status sign).
PLAIN = {Status.BOOKED}


def grid_of(window: DeskWindow) -> dict[str, Any]:
    """Everything the grid draws: its columns, its events, the hours to show, and who waits."""
    first, last = hours_shown(window)
    return {
        "at": window.now.isoformat(),
        "offset": _offset(window),
        "hours": [first, last],
        "hidden_days": hidden_days(window),
        "resources": [
            {"id": str(column.agenda.uid), "title": column.agenda.practitioner.last_name} for column in window.columns
        ],
        "events": [event for column in window.columns for event in _events(column, window)],
        "waiting": [
            {
                "id": str(one.visit.uid),
                "name": surname(one.visit),
                "who": one.who,
                "hour": f"{one.visit.start_at.astimezone(ZoneInfo(one.zone)):%H:%M}",
                "since": one.since.isoformat(),
            }
            for one in waiting_of(window)
        ],
    }


def hours_shown(window: DeskWindow) -> tuple[int, int]:
    """The whole hours from the earliest to the latest thing of these days."""
    first, last = EARLIEST, LATEST
    for column in window.columns:
        spans = [*column.openings, *((clock.epoch_of(v.start_at), clock.epoch_of(v.end_at)) for v in column.visits)]
        for start, end in spans:
            begins, ends = _local(start, column.zone), _local(end, column.zone)
            if begins.date() != ends.date():
                first, last = 0, 24
            else:
                first, last = min(first, begins.hour), max(last, ends.hour + (ends.minute > 0))
    return first, last


def hidden_days(window: DeskWindow) -> list[int]:
    """Weekend days without anything, Sunday being 0: they only take room in a week."""
    if len(window.days) == 1:
        return []
    return [day.isoweekday() % 7 for day in window.days if day.isoweekday() > 5 and not _has_something(window, day)]


def _has_something(window: DeskWindow, day: date) -> bool:
    for column in window.columns:
        begins, ends = _bounds(day, column.zone)
        spans = [*column.openings, *((clock.epoch_of(v.start_at), clock.epoch_of(v.end_at)) for v in column.visits)]
        if any(start < ends and end > begins for start, end in spans):
            return True
    return False


def _events(column: AgendaDays, window: DeskWindow) -> Iterator[dict[str, Any]]:
    resource, zone = str(column.agenda.uid), column.zone
    for day in window.days:
        begins, ends = _bounds(day, zone)
        opened = [(max(a, begins), min(b, ends)) for a, b in column.openings if a < ends and b > begins]
        holiday = column.holidays.get(day, "")
        for start, end in _between(begins, ends, opened):
            yield _behind("closed", resource, zone, start, end, holiday)
    for away in column.absences:
        yield _behind("away", resource, zone, away.start, away.end, away.label or _("Absence"))
    for hold in column.holds:
        until = hold.expires_at or hold.end_at
        start, end = clock.epoch_of(hold.start_at), clock.epoch_of(hold.end_at)
        yield {
            **_behind("held", resource, zone, start, end, hold_words(hold, zone)),
            "extendedProps": {"kind": "held", "until": until.isoformat()},
        }
    busy = [row for row in column.visits if row.status not in CANCELLED]
    for visit in column.visits:
        # The place of a cancelled visit is soon another one's: that one is shown.
        if visit.status not in CANCELLED or not any(_overlap(visit, other) for other in busy):
            yield _visit(visit, column, window.now)


def _is_plain(visit: Appointment) -> bool:
    return visit.status in PLAIN and not visit.overbooked and visit.confirmed_at is None


def _visit(visit: Appointment, column: AgendaDays, now: datetime) -> dict[str, Any]:
    zone = column.zone
    line = replace(visit_line(visit, str(zone), now), outside=is_outside(visit, column))
    start, end = visit.start_at.astimezone(zone), visit.end_at.astimezone(zone)
    sign = line.sign
    open_to_moves = visit.status in OPEN and visit.status != Status.ARRIVED and visit.start_at > now
    length = visit.end_at - visit.start_at
    return {
        "id": str(visit.uid),
        "resourceId": str(column.agenda.uid),
        "start": f"{start:%Y-%m-%dT%H:%M}",
        "end": f"{end:%Y-%m-%dT%H:%M}",
        "title": surname(visit),
        "editable": open_to_moves,
        "classNames": _classes(visit, line),
        "extendedProps": {
            "kind": "visit",
            "status": visit.status,
            "revision": visit.revision,
            "name": line.label,
            "reason": visit.reason_name if length >= TWO_LINES else "",
            "sign": sign.icon if sign is not None and not _is_plain(visit) else "",
            "outside": line.outside,
            "spoken": ", ".join(
                str(part)
                for part in (
                    f"{start:%H:%M}",
                    line.label,
                    visit.reason_name,
                    duration_text(length),
                    sign.word if sign else "",
                    _("hors horaires") if line.outside else "",
                )
                if part
            ),
            "moves": [{"status": move.status, "word": str(VERBS[move.status])} for move in line.moves],
        },
    }


def _classes(visit: Appointment, line: Line) -> list[str]:
    found = ["visit", f"visit--m{line.tint}", f"visit--{visit.status.replace('_', '-')}"]
    if visit.overbooked:
        found.append("visit--over")
    if line.struck:
        found.append("visit--struck")
    if line.outside:
        found.append("visit--outside")
    return found


def _behind(kind: str, resource: str, zone: ZoneInfo, start: int, end: int, title: str) -> dict[str, Any]:
    return {
        "id": f"{kind}-{resource}-{start}",
        "resourceId": resource,
        "display": "background",
        "start": f"{_local(start, zone):%Y-%m-%dT%H:%M}",
        "end": f"{_local(end, zone):%Y-%m-%dT%H:%M}",
        "title": title,
        "classNames": ["behind", f"behind--{kind}"],
        "extendedProps": {"kind": kind},
    }


def _overlap(one: Appointment, other: Appointment) -> bool:
    return one.start_at < other.end_at and other.start_at < one.end_at


def _between(begins: int, ends: int, opened: Sequence[Interval]) -> Iterator[Interval]:
    """The closed parts of a day."""
    at = begins
    for start, end in merged(opened):
        if start > at:
            yield at, start
        at = max(at, end)
    if at < ends:
        yield at, ends


def _bounds(day: date, zone: ZoneInfo) -> Interval:
    return clock.day_start(day, zone), clock.day_start(day + timedelta(days=1), zone)


def _local(seconds: int, zone: ZoneInfo) -> datetime:
    return clock.instant(seconds).astimezone(zone)


def _offset(window: DeskWindow) -> str:
    """The offset of the first agenda's place now ("+01:00"): where the grid draws the present."""
    zone = window.columns[0].zone if window.columns else ZoneInfo("Europe/Paris")
    found = f"{window.now.astimezone(zone):%z}"
    return f"{found[:3]}:{found[3:]}"
