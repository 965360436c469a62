"""Reads the calendar file of another program for its busy time alone. Pure, and written for hostile files (security B11).

Line by line, without building what the file describes: only DTSTART, DTEND, DURATION, RRULE, RDATE, EXDATE, RECURRENCE-ID,
UID, TRANSP and STATUS of events are looked at; time zones are looked up by name, never taken from the file. Everything is
bounded by counting, never by a clock: size, events, dates, what repeats and how often, and the days that rules look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from booking.intervals import Interval, merged
from booking.outside_dates import Unreadable, duration, instant, moment, wall_at
from booking.outside_rules import rule_of
from core import clock

SIZE_AT_MOST = 1_000_000
LINES_AT_MOST = 60_000
DEPTH_AT_MOST = 4
EVENTS_AT_MOST = 2_000
DATES_AT_MOST = 5_000
BUSY_AT_MOST = 500
STEPS_AT_MOST = 300_000
AHEAD = timedelta(days=730)
LONGEST = timedelta(days=366)
_REPEATED = {"RDATE", "EXDATE", "RRULE"}
_READ = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "UID", "TRANSP", "STATUS"}


@dataclass(frozen=True, slots=True)
class Outside:
    """What was read: disjoint busy ranges (epoch seconds) to come, and of how many events the file is made."""

    busy: list[Interval]
    events: int


@dataclass(slots=True)
class _Event:
    """The lines of one event that are looked at: (parameters, value)."""

    one: dict[str, tuple[dict[str, str], str]] = field(default_factory=dict)
    many: dict[str, list[tuple[dict[str, str], str]]] = field(default_factory=dict)


def read_busy(content: bytes, *, zone: ZoneInfo, now: datetime) -> Outside:
    """The busy time of the file from `now` on, two years ahead, on the wall of `zone` where it names none.

    Raises `Unreadable`, whatever the bytes.
    """
    if len(content) > SIZE_AT_MOST:
        raise Unreadable("calendar_too_big")
    budget = _Budget()
    events = _events(content)
    low, high = now, now + AHEAD
    moved = {_key(event, "RECURRENCE-ID", zone) for event in events if "RECURRENCE-ID" in event.one}
    found: list[Interval] = []
    for event in events:
        for start, end in _occurrences(event, zone, low, high, moved, budget):
            if start < high and end > low:
                found.append((clock.epoch_of(max(start, low)), clock.epoch_of(min(end, high))))
    busy = merged(found)
    if len(busy) > BUSY_AT_MOST:
        raise Unreadable("calendar_too_many_busy")
    return Outside(busy, len(events))


class _Budget:
    """The dates that one file may hold, and the days that its rules may look at."""

    def __init__(self) -> None:
        self._dates = self._steps = 0

    def spend(self, dates: int = 1) -> None:
        self._dates += dates
        if self._dates > DATES_AT_MOST:
            raise Unreadable("calendar_too_many_dates")

    def step(self, days: int) -> None:
        self._steps += days
        if self._steps > STEPS_AT_MOST:
            raise Unreadable("calendar_too_slow")


def _lines(content: bytes) -> Iterator[str]:
    """The unfolded lines. Continuations begin with a blank (RFC 5545, 3.1)."""
    text = content.decode("utf-8-sig", errors="replace")
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(rows) > LINES_AT_MOST:
        raise Unreadable("calendar_too_big")
    parts: list[str] = []
    for row in rows:
        if row[:1] in (" ", "\t"):
            parts.append(row[1:])
            continue
        if parts:
            yield "".join(parts)
        parts = [row]
    if parts:
        yield "".join(parts)


def _events(content: bytes) -> list[_Event]:
    """The events of the file, without the components inside an event (alarms)."""
    reader = _Reader()
    for line in _lines(content):
        reader.read(*_split(line))
    if reader.stack or not reader.begun:
        raise Unreadable("calendar_not_ics")
    return reader.found


class _Reader:
    """Follows the components of the file and keeps the lines of its events."""

    def __init__(self) -> None:
        self.found: list[_Event] = []
        self.stack: list[str] = []
        self.begun = False
        self._event = _Event()

    def read(self, name: str, parameters: dict[str, str], value: str) -> None:
        if name == "BEGIN":
            self._open(value.upper())
        elif name == "END":
            self._close(value.upper())
        elif name in _READ and self.stack == ["VCALENDAR", "VEVENT"]:
            if name in _REPEATED:
                self._event.many.setdefault(name, []).append((parameters, value))
            else:
                self._event.one.setdefault(name, (parameters, value))

    def _open(self, name: str) -> None:
        self.stack.append(name)
        self.begun = True
        if self.stack[0] != "VCALENDAR" or len(self.stack) > DEPTH_AT_MOST:
            raise Unreadable("calendar_not_ics")
        if self.stack == ["VCALENDAR", "VEVENT"]:
            self._event = _Event()

    def _close(self, name: str) -> None:
        if not self.stack or self.stack[-1] != name:
            raise Unreadable("calendar_not_ics")
        if self.stack == ["VCALENDAR", "VEVENT"]:
            self.found.append(self._event)
            if len(self.found) > EVENTS_AT_MOST:
                raise Unreadable("calendar_too_many_events")
        self.stack.pop()


def _split(line: str) -> tuple[str, dict[str, str], str]:
    """Name, parameters and value of a line; a colon inside a quoted parameter does not end it."""
    quoted, cut = False, -1
    for place, letter in enumerate(line[:2_000]):
        if letter == '"':
            quoted = not quoted
        elif letter == ":" and not quoted:
            cut = place
            break
    if cut < 0:
        return "", {}, ""
    name, *rest = line[:cut].split(";")
    parameters = {}
    for one in rest[:20]:
        key, _, value = one.partition("=")
        parameters[key.upper()] = value.strip('"')
    return name.upper(), parameters, line[cut + 1 :].strip()


def _occurrences(
    event: _Event,
    zone: ZoneInfo,
    low: datetime,
    high: datetime,
    moved: set[tuple[str, datetime]],
    budget: _Budget,
) -> Iterator[tuple[datetime, datetime]]:
    """When the event makes one busy, in UTC. One that is free time or cancelled does not."""
    if "DTSTART" not in event.one:
        raise Unreadable("calendar_date")
    if event.one.get("TRANSP", ({}, ""))[1].upper() == "TRANSPARENT":
        return
    if event.one.get("STATUS", ({}, ""))[1].upper() == "CANCELLED":
        return
    wall, its_zone, whole_day = moment(*event.one["DTSTART"], zone)
    length = _length(event, wall, its_zone, whole_day, zone)
    if not timedelta(0) < length <= LONGEST:
        if length == timedelta(0):
            return
        raise Unreadable("calendar_date")
    excluded = {instant(*one) for one in _listed(event, "EXDATE", zone, budget)}
    uid = event.one.get("UID", ({}, ""))[1]
    starts = list(_starts(event, wall, its_zone, low - length, high, budget))
    starts += [one[:2] for one in _listed(event, "RDATE", zone, budget)]
    for shown, shown_zone in dict.fromkeys(starts):
        start = instant(shown, shown_zone)
        replaced = "RECURRENCE-ID" not in event.one and (uid, start) in moved
        if start not in excluded and not replaced:
            end = instant(shown + length, shown_zone) if whole_day else start + length
            yield start, end


def _starts(
    event: _Event, wall: datetime, its_zone: ZoneInfo, low: datetime, high: datetime, budget: _Budget
) -> Iterator[tuple[datetime, ZoneInfo]]:
    """The wall-clock starts of the event between two instants."""
    rules = event.many.get("RRULE", [])
    if not rules or "RECURRENCE-ID" in event.one:
        yield wall, its_zone
        return
    if len(rules) > 1:
        raise Unreadable("calendar_rule")
    first, last = (wall_at(at, its_zone) for at in (low - timedelta(days=1), high + timedelta(days=1)))
    for shown in rule_of(rules[0][1], wall, its_zone, last).starts(first, budget.step):
        budget.spend()
        yield shown, its_zone


def _listed(event: _Event, name: str, zone: ZoneInfo, budget: _Budget) -> list[tuple[datetime, ZoneInfo]]:
    found = []
    for parameters, value in event.many.get(name, []):
        for one in value.split(","):
            budget.spend()
            found.append(moment(parameters, one.partition("/")[0], zone)[:2])
    return found


def _key(event: _Event, name: str, zone: ZoneInfo) -> tuple[str, datetime]:
    wall, its_zone, _ = moment(*event.one[name], zone)
    return event.one.get("UID", ({}, ""))[1], instant(wall, its_zone)


def _length(event: _Event, wall: datetime, its_zone: ZoneInfo, whole_day: bool, zone: ZoneInfo) -> timedelta:
    """How long it lasts: for whole days on the wall, else in real time."""
    if "DTEND" in event.one:
        end, end_zone, _ = moment(*event.one["DTEND"], zone)
        return end - wall if whole_day else instant(end, end_zone) - instant(wall, its_zone)
    if "DURATION" in event.one:
        return duration(event.one["DURATION"][1])
    return timedelta(days=1) if whole_day else timedelta(0)
