"""The calendar file of a visit: stable UID, SEQUENCE that rises at each change, VTIMEZONE, and a neutral title.

iTIP (RFC 5546): METHOD REQUEST when booked or moved, CANCEL when cancelled. Nothing about health is in it: no
specialty, no reason.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from booking.models import Appointment
from practitioners.enums import Mode

PRODUCT = "-//Prendsoin//Rendez-vous//FR"


def calendar_method(visit: Appointment) -> str:
    return "CANCEL" if visit.is_cancelled else "REQUEST"


def calendar_file(visit: Appointment, *, organizer: str, attendee: str, url: str, masked: bool = False) -> bytes:
    """The visit as an iCalendar file (RFC 5545), times on the clock of the place.

    `visit` comes with its agenda's location and performer. `organizer` and `attendee`, who receives the file,
    are e-mail addresses; `url` is the page of the visit. `masked` leaves out who and where.
    """
    # The library takes most of a second to import; only this function needs it.
    from icalendar import Calendar, Event, vCalAddress, vText  # noqa: PLC0415

    location = visit.agenda.location
    zone = ZoneInfo(location.timezone)
    event = Event()
    event.add("uid", f"{visit.uid}@prendsoin")
    event.add("sequence", visit.revision)
    event.add("dtstamp", visit.updated_at)
    event.add("last-modified", visit.updated_at)
    event.add("dtstart", visit.start_at.astimezone(zone))
    event.add("dtend", visit.end_at.astimezone(zone))
    event.add("summary", _("Rendez-vous") if masked else _("Rendez-vous avec %s") % visit.performer.display_name)
    if visit.mode == Mode.OFFICE and not masked:
        event.add("location", vText(f"{location.name}, {location.street}, {location.postcode} {location.place.name}"))
    event.add("url", url)
    event.add("status", "CANCELLED" if visit.is_cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    address = vCalAddress(f"mailto:{organizer}")
    address.params["cn"] = vText("Prendsoin")
    event.add("organizer", address)
    # A REQUEST without attendee is not one (RFC 5546, 3.2.2): some calendars then offer nothing to add.
    guest = vCalAddress(f"mailto:{attendee}")
    guest.params["partstat"] = vText("ACCEPTED")
    guest.params["rsvp"] = vText("FALSE")
    event.add("attendee", guest)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", calendar_method(visit))
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()
