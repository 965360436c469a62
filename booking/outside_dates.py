"""The dates and zones of another program's calendar file, each refused when it is out of reach. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core import clock

# Programs write birthdays and days without a year far back.
FIRST_YEAR, LAST_YEAR = 1583, 2199
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


def number(text: str, low: int, high: int) -> int:
    """A number of a rule, never zero. Raises `calendar_rule`."""
    if not re.fullmatch(r"[+-]?\d{1,6}", text.strip()) or not low <= int(text) <= high or int(text) == 0:
        raise Unreadable("calendar_rule")
    return int(text)
