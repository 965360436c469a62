"""Every visit of an account as one calendar file, for the archive of one's data (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from booking.models import Appointment

PRODUCT = "-//Prendsoin//Copie//FR"


def visits_file(visits: Iterable[Appointment]) -> bytes:
    """Times on the clock of each place; who, when and where, and no reason: calendars are shown to others."""
    # The library takes most of a second to import; only this function needs it.
    from icalendar import Calendar, Event, vText  # noqa: PLC0415

    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    written = 0
    for visit in visits:
        location = visit.agenda.location
        zone = ZoneInfo(location.timezone)
        event = Event()
        event.add("uid", f"{visit.uid}@prendsoin")
        event.add("sequence", visit.revision)
        event.add("dtstamp", visit.updated_at)
        event.add("dtstart", visit.start_at.astimezone(zone))
        event.add("dtend", visit.end_at.astimezone(zone))
        event.add("summary", _("Rendez-vous avec %s") % visit.performer.display_name)
        event.add("location", vText(f"{location.name}, {location.street}, {location.postcode} {location.place.name}"))
        event.add("status", "CANCELLED" if visit.is_cancelled else "CONFIRMED")
        event.add("class", "PRIVATE")
        file.add_component(event)
        written += 1
    if written:
        file.add_missing_timezones()
    return bytes(file.to_ical())
