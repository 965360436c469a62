"""When a visit is, for who may live by another clock: « 9 h 40 », or « 10:00 Saint-Denis, 08:00 Paris »."""

from __future__ import annotations

from django.utils.translation import gettext as _

from booking.models import Appointment
from core import phrasing
from notifications.zones import zone_name


def moment_of(visit: Appointment, reader_zone: str, *, masked: bool = False) -> str:
    """« mardi 24 novembre à 9 h 40 », or « mardi 24 novembre, 10:00 Saint-Denis, 08:00 Paris »."""
    place = visit.agenda.location.timezone
    if not differ(visit, reader_zone):
        return phrasing.when_text(visit.start_at, place)
    day = phrasing.day_text(phrasing.local(visit.start_at, place).date())
    return f"{day}, {hour_of(visit, reader_zone, masked=masked)}"


def hour_of(visit: Appointment, reader_zone: str, *, masked: bool = False) -> str:
    """« 9 h 40 », or both clocks; the reader's with its day when that is another one. `masked` names no place."""
    location = visit.agenda.location
    if not differ(visit, reader_zone):
        return phrasing.hour_text(visit.start_at, location.timezone)
    there, here = (phrasing.local(visit.start_at, zone) for zone in (location.timezone, reader_zone))
    clocks = [
        f"{there:%H:%M} {_('sur place') if masked else location.place.name}",
        f"{here:%H:%M} {zone_name(reader_zone)}",
    ]
    if there.date() != here.date():
        clocks[1] += f" ({phrasing.day_text(here.date(), short=True, year=False)})"
    return ", ".join(clocks)


def differ(visit: Appointment, reader_zone: str) -> bool:
    """Whether the reader's clock shows another hour than the place's at that instant."""
    if not reader_zone:
        return False
    place = visit.agenda.location.timezone
    return phrasing.local(visit.start_at, place).utcoffset() != phrasing.local(visit.start_at, reader_zone).utcoffset()
