"""When a telephone may ring: from 8 to 21 h on the clock of the place."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from core import clock

EARLIEST = time(8)
LATEST = time(21)
MAINLAND = ZoneInfo("Europe/Paris")


def decent(instant: datetime, zone: ZoneInfo = MAINLAND) -> datetime:
    """The instant itself, or the next morning's 8 h in this zone when it falls in the night."""
    wall = instant.astimezone(zone)
    if EARLIEST <= wall.time() < LATEST:
        return instant
    day = wall.date() if wall.time() < EARLIEST else wall.date() + timedelta(days=1)
    return clock.combine(day, EARLIEST, zone)
