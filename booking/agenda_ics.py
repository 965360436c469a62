"""The calendar file of one agenda, for calendar programs: when it is busy, and at most the initials of the patient.

Nothing about health is in it: no reason, no specialty, no note, no status but free or busy (security B10: the library
writes it, never we).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

PRODUCT = "-//Prendsoin//Agenda//FR"


class Entry(NamedTuple):
    """One busy range. `key` is stable, `initials` empty for busy time alone."""

    key: str
    start: datetime
    end: datetime
    changed: datetime
    revision: int
    initials: str = ""


def agenda_file(name: str, zone: ZoneInfo, entries: Sequence[Entry]) -> bytes:
    """The agenda as an iCalendar file (RFC 5545), times on the clock of the place, the same bytes for the same entries."""
    # The library takes most of a second to import; only this function needs it.
    from icalendar import Calendar, Event  # noqa: PLC0415

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-published-ttl", "PT15M")
    for entry in entries:
        event = Event()
        event.add("uid", f"{entry.key}@agenda.prendsoin")
        event.add("sequence", entry.revision)
        event.add("dtstamp", entry.changed.astimezone(UTC))
        event.add("dtstart", entry.start.astimezone(zone))
        event.add("dtend", entry.end.astimezone(zone))
        event.add("summary", entry.initials or _("Occupé"))
        event.add("transp", "OPAQUE")
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    if entries:
        calendar.add_missing_timezones()
    return calendar.to_ical()
