"""What a plan of reminders would do for a few visits, said in sentences before it is kept. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from booking.reminders import Step, reminders
from core import clock, phrasing

MORNING, EVENING = time(10), time(18)


@dataclass(frozen=True, slots=True)
class Example:
    """« Rendez-vous mardi 24 novembre à 10 h, pris aujourd’hui », and the reminders it would have."""

    title: str
    lines: list[str]


def usual_examples(plan: Iterable[Step], now: datetime, zone: ZoneInfo) -> list[Example]:
    """A visit two weeks ahead, one in three days, one tomorrow evening: all booked now."""
    steps, today = tuple(plan), clock.local_date(now, zone)
    far = today + timedelta(days=14 + (1 - today.weekday()) % 7)
    days = ((far, MORNING), (today + timedelta(days=3), MORNING), (today + timedelta(days=1), EVENING))
    return [example(steps, day, wall, now, zone) for day, wall in days]


def example(plan: Iterable[Step], day: date, wall: time, now: datetime, zone: ZoneInfo) -> Example:
    """The reminders of a visit at that local time, booked now."""
    start = clock.combine(day, wall, zone)
    title = _("Rendez-vous %(moment)s, pris aujourd’hui") % {"moment": phrasing.when_text(start, zone)}
    dues = reminders(plan, booked_at=now, start=start, zone=zone)
    lines = [_line(due.channel, due.due_at, zone) for due in dues]
    return Example(title, lines or [_("aucun rappel : la confirmation suffit.")])


def _line(channel: str, due_at: datetime, zone: ZoneInfo) -> str:
    moment = phrasing.when_text(due_at, zone)
    return (
        _("un SMS %(moment)s") % {"moment": moment}
        if channel == "sms"
        else _("un e-mail %(moment)s") % {"moment": moment}
    )
