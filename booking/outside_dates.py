"""The dates, zones and rules of another program's calendar file, each refused when it is out of reach. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule
from dateutil.rrule import weekday as Weekday  # noqa: N812  (a class with a small name)

from core import clock

FIRST_YEAR, LAST_YEAR = 1970, 2199
# A daily rule with a count is followed from its first day: not from longer ago than this.
COUNTED_BACK = timedelta(days=1_500)
_FREQUENCIES = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY, "YEARLY": YEARLY}
_LISTS = {"BYMONTHDAY": 31, "BYMONTH": 12, "BYSETPOS": 366}
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BYDAY = re.compile(r"^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$")
_DURATION = re.compile(r"^\+?P(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?$")
_DAY = re.compile(r"^\d{8}$")
_MOMENT = re.compile(r"^(\d{8})T(\d{6})(Z?)$")
# Names that widespread programs give to zones of our users.
_WINDOWS = {
    "romance standard time": "Europe/Paris",
    "w. europe standard time": "Europe/Berlin",
    "gmt standard time": "Europe/London",
    "central europe standard time": "Europe/Budapest",
    "central european standard time": "Europe/Warsaw",
    "sa western standard time": "America/Martinique",
    "sa eastern standard time": "America/Cayenne",
    "mauritius standard time": "Indian/Reunion",
    "e. africa standard time": "Indian/Mayotte",
    "central pacific standard time": "Pacific/Noumea",
    "hawaiian standard time": "Pacific/Tahiti",
    "utc": "UTC",
}


class Unreadable(ValueError):
    """A file that is not taken. `code` is stable: calendar_too_big, calendar_not_ics, calendar_too_many_events,
    calendar_too_many_dates, calendar_too_many_busy, calendar_too_slow, calendar_zone, calendar_rule, calendar_date."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def rule_of(text: str, wall: datetime, its_zone: ZoneInfo, first: datetime, last: datetime) -> tuple[rrule, int | None]:
    """The rule of a repeated event up to `last`, and how many of it count; only one of days, as agendas are made of.

    It always ends, and begins no longer than a step before `first`: a rule that never falls on a day would be followed
    day by day to the end of time.
    """
    parts = dict(part.upper().partition("=")[::2] for part in text.split(";") if part)
    frequency = _FREQUENCIES.get(parts.pop("FREQ", ""))
    if frequency is None or not set(parts) <= {*_LISTS, "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"}:
        raise Unreadable("calendar_rule")
    wanted: dict[str, object] = {"interval": _number(parts.get("INTERVAL", "1"), 1, 1_000)}
    until = last
    if "UNTIL" in parts:
        ends, ends_zone, _ = moment({}, parts["UNTIL"], its_zone)
        until = min(
            last, wall_at(instant(ends, ends_zone), its_zone) if "T" in parts["UNTIL"] else ends + timedelta(days=1)
        )
    wanted["until"] = until
    count = _number(parts["COUNT"], 1, 10_000) if "COUNT" in parts else None
    for name, most in _LISTS.items():
        if name in parts:
            numbers = [_number(one, -most, most) for one in parts[name].split(",")[:62]]
            wanted[name.lower()] = numbers
    if "BYDAY" in parts:
        wanted["byweekday"] = [_weekday(one) for one in parts["BYDAY"].split(",")[:14]]
    if parts.get("WKST", "MO") not in _WEEKDAYS:
        raise Unreadable("calendar_rule")
    wanted["wkst"] = _WEEKDAYS.index(parts.get("WKST", "MO"))
    try:
        return rrule(frequency, dtstart=_near(wall, first, parts, frequency), **wanted), count
    except (ValueError, TypeError, IndexError) as error:
        raise Unreadable("calendar_rule") from error


def _near(wall: datetime, first: datetime, parts: dict[str, str], frequency: int) -> datetime:
    """The start of a rule moved on by whole steps to just before `first`, where no count hangs on the steps before.

    Raises `calendar_rule` for a count over many years that would have to be followed day by day.
    """
    unit = {DAILY: timedelta(days=1), WEEKLY: timedelta(weeks=1)}.get(frequency)
    if unit is None or wall >= first:
        return wall
    if "COUNT" in parts:
        if frequency == DAILY and first - wall > COUNTED_BACK:
            raise Unreadable("calendar_rule")
        return wall
    step = unit * int(parts.get("INTERVAL", "1"))
    return wall + step * max((first - wall) // step - 1, 0)


def duration(text: str) -> timedelta:
    """A length of the file, in weeks down to seconds."""
    match = _DURATION.match(text)
    if match is None:
        raise Unreadable("calendar_date")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def moment(parameters: dict[str, str], value: str, zone: ZoneInfo) -> tuple[datetime, ZoneInfo, bool]:
    """A date or a time of the file: on the wall of which zone, and whether it is a whole day."""
    value = value.strip().upper()
    try:
        if _DAY.match(value):
            midnight = datetime(int(value[:4]), int(value[4:6]), int(value[6:8]))  # noqa: DTZ001  (on a wall, as below)
            return _in_reach(midnight), zone, True
        match = _MOMENT.match(value)
        if match is None:
            raise Unreadable("calendar_date")
        day, clock_text = match[1], match[2]
        # A leap second is written 60: the last one of that minute is near enough.
        second = min(int(clock_text[4:6]), 59)
        shown = datetime(  # noqa: DTZ001  (a time on a wall; its zone is returned beside it)
            int(day[:4]), int(day[4:6]), int(day[6:8]), int(clock_text[:2]), int(clock_text[2:4]), second
        )
    except Unreadable:
        raise
    except ValueError as error:
        raise Unreadable("calendar_date") from error
    its_zone = ZoneInfo("UTC") if match[3] else zone_named(parameters.get("TZID", ""), zone)
    return _in_reach(shown), its_zone, False


def _in_reach(shown: datetime) -> datetime:
    if not FIRST_YEAR <= shown.year <= LAST_YEAR:
        raise Unreadable("calendar_date")
    return shown


def zone_named(name: str, default: ZoneInfo) -> ZoneInfo:
    """The zone of this name: one of the world's list, a widespread other name of one, or the end of a longer name."""
    if not name:
        return default
    known = _WINDOWS.get(name.lower())
    for one in (known, name, "/".join(name.split("/")[-2:])):
        if one and re.fullmatch(r"[A-Za-z0-9_+\-/]{1,60}", one) and not one.startswith("/"):
            try:
                return ZoneInfo(one)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue
    raise Unreadable("calendar_zone")


def instant(shown: datetime, its_zone: ZoneInfo) -> datetime:
    return clock.combine(shown.date(), shown.time(), its_zone)


def wall_at(at: datetime, its_zone: ZoneInfo) -> datetime:
    return at.astimezone(its_zone).replace(tzinfo=None)


def _number(text: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[+-]?\d{1,6}", text.strip()) or not low <= int(text) <= high or int(text) == 0:
        raise Unreadable("calendar_rule")
    return int(text)


def _weekday(text: str) -> Weekday:
    match = _BYDAY.match(text.strip())
    if match is None or (match[1] and int(match[1]) == 0):
        raise Unreadable("calendar_rule")
    day = _WEEKDAYS.index(match[2])
    return Weekday(day, int(match[1])) if match[1] else Weekday(day)
