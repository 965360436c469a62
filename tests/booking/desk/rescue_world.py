"""A day with patients, and short ways to close it, for the tests of rescue."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from booking.models import Appointment, Rescue
from booking.selectors.rescue import HOLDER
from booking.services.rescue import close_sick_day
from core import clock
from core.access import Actor, Space
from tests.desk import Desk
from tests.factories import AppointmentFactory, PatientFactory, UserFactory

PARIS = ZoneInfo("Europe/Paris")


def closed_day() -> date:
    return clock.today(PARIS) + timedelta(days=1)


def at(hour: int, minute: int = 0, days: int = 1) -> datetime:
    return clock.combine(clock.today(PARIS) + timedelta(days=days), time(hour, minute), PARIS)


def evening() -> datetime:
    """The end of the offers: noon of the closed day."""
    return at(12)


def patient_actor(user: Any) -> Actor:
    return Actor(user_id=user.pk, space=Space.PATIENT, ip="192.0.2.1")


def visit_at(desk: Desk, start: datetime, user: Any = None, minutes: int = 20, **more: Any) -> Appointment:
    """A visit of the first agenda's own reason; without `user`, of a person with a new account."""
    reason = more.pop("visit_reason", None) or desk.offer.visit_reason
    if "record" not in more:
        user = user or UserFactory()
        more |= {"patient": _identity(user), "booked_by": user}
    return AppointmentFactory(
        agenda=desk.agenda, visit_reason=reason, start_at=start, end_at=start + timedelta(minutes=minutes), **more
    )


def _identity(user: Any) -> Any:
    return getattr(user, "patient", None) or PatientFactory(user=user)


def close(desk: Desk, name: str = "martin", **more: Any) -> Rescue:
    wish: dict[str, Any] = {"agenda": desk.agenda.uid, "day": closed_day(), "ends_at": evening(), **more}
    return close_sick_day(actor=desk.actor(name), **wish)


def holds(rescue: Rescue | None = None) -> list[Appointment]:
    rows = Appointment.objects.filter(status="held", holder__startswith=HOLDER)
    if rescue is not None:
        rows = rows.filter(holder__in=[f"{HOLDER}{uid}" for uid in rescue.offers.values_list("uid", flat=True)])
    return list(rows.order_by("start_at", "pk"))
