"""The dates of prevention as a calendar file: days, neutral words and a link; nothing of health leaves the space."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from carnet.selectors.prevention import Advice, Calendar
from core import clock

PRODUCT = "-//Prendsoin//Prevention//FR"


def prevention_file(calendar: Calendar, *, url: str) -> bytes:
    """One event a day on which something opens or is due, for the reader's own agenda (RFC 5545)."""
    # The library takes most of a second to import; only this function needs it.
    from icalendar import Calendar as File  # noqa: PLC0415
    from icalendar import Event  # noqa: PLC0415

    file = File()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    now = clock.now()
    for day in sorted({_day(advice, calendar) for advice in (*calendar.due, *calendar.later)}):
        event = Event()
        event.add("uid", f"{calendar.person.uid}-{day:%Y%m%d}@prendsoin")
        event.add("dtstamp", now)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", _("À voir dans votre carnet"))
        event.add("url", url)
        event.add("class", "PRIVATE")
        event.add("transp", "TRANSPARENT")
        file.add_component(event)
    return file.to_ical()


def _day(advice: Advice, calendar: Calendar) -> date:
    window = advice.answer.window
    return max(window.opens, calendar.on) if window is not None else calendar.on
