"""The wishes of people in line as sentences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from django.utils.translation import gettext as _

from booking.models import WaitlistEntry, WaitlistWindow
from core import phrasing

# The parts of a day offered on the pages; the API takes any hours.
PARTS = {"am": (time(0), time(12)), "pm": (time(12), time(17)), "eve": (time(17), time(0))}
# Any Monday.
_MONDAY = date(2026, 11, 2)


def weekday_name(weekday: int) -> str:
    return phrasing.weekday_text(date.fromordinal(_MONDAY.toordinal() + weekday))


def windows_text(windows: Iterable[WaitlistWindow]) -> str:
    """« lundi matin, mardi après-midi, jeudi de 8 h à 9 h 30 »; all days when nothing was said."""
    rows = sorted(windows, key=lambda row: (row.weekday, row.start))
    if not rows:
        return _("tous les jours, à toute heure")
    return ", ".join(f"{weekday_name(row.weekday)} {_part(row)}" for row in rows)


def dates_text(entry: WaitlistEntry) -> str:
    """Between which days; nothing when neither was said."""
    first, last = entry.earliest_on, entry.latest_on
    if first is not None and last is not None:
        return phrasing.range_text(first, last)
    if first is not None:
        return _("à partir du %s") % phrasing.day_text(first, weekday=False)
    return _("jusqu’au %s") % phrasing.day_text(last, weekday=False) if last is not None else ""


def _part(row: WaitlistWindow) -> str:
    names = {"am": _("matin"), "pm": _("après-midi"), "eve": _("à partir de 17 h")}
    for code, hours in PARTS.items():
        if (row.start, row.end) == hours:
            return names[code]
    if row.end == time():
        return _("à partir de %s") % _hour(row.start)
    return _("de %(start)s à %(end)s") % {"start": _hour(row.start), "end": _hour(row.end)}


def _hour(wall: time) -> str:
    return f"{wall.hour}\u00a0h\u00a0{wall.minute:02}" if wall.minute else f"{wall.hour}\u00a0h"
