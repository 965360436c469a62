"""Short ways to act at the desk for the tests of its verbs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from booking.models import Appointment
from booking.services.desk import book_at_desk
from core import clock
from practitioners.models import Agenda
from tests.desk import Desk
from tests.factories import RecordFactory


def at_hour(agenda: Agenda, hour: int, minute: int = 0, *, days: int = 1) -> datetime:
    """That hour on the wall of the agenda's place, so many days from today."""
    zone = ZoneInfo(agenda.location.timezone)
    wall = clock.now().astimezone(zone).replace(hour=hour, minute=minute, second=0, microsecond=0)
    day = wall.date() + timedelta(days=days)
    return clock.combine(day, wall.time(), zone)


def caller(desk: Desk, **fields: Any) -> Any:
    """A file of the practice without an account."""
    return RecordFactory(practice=desk.practice, **{"email": "appel@prendsoin.example", **fields})


def put(desk: Desk, start: datetime, *, who: str = "sophie", agenda: Agenda | None = None, **more: Any) -> Appointment:
    """Book at the desk, as Sophie in her agenda for a new file unless told otherwise."""
    agenda = agenda or desk.agenda
    record = more.pop("record", None) or caller(desk)
    return book_at_desk(
        actor=desk.actor(who),
        record=record.uid,
        agenda=agenda.uid,
        visit_reason=more.pop("visit_reason", None) or agenda.reasons.order_by("pk").first().visit_reason.uid,
        start=start,
        **more,
    )
