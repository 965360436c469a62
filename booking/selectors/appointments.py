"""Visits as their people see them: every read goes through the rule of its actor."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.db.models import QuerySet

from booking.models import Appointment
from booking.models.appointment import AppointmentQuerySet
from core import clock
from core.access import Actor, scoped
from core.exceptions import NotForYou

SHOWN = (
    "agenda__location__place",
    "agenda__practice",
    "performer__specialty",
    "record__patient",
    "visit_reason",
)


def visits(actor: Actor) -> AppointmentQuerySet:
    """All visits the actor may see, with what a card or an answer shows of them; holds are not visits."""
    return cast(AppointmentQuerySet, scoped(actor, Appointment, "read").select_related(*SHOWN))


def upcoming_visits(actor: Actor) -> QuerySet[Appointment]:
    """Visits to come, in order of time."""
    return visits(actor).upcoming(clock.now())


def past_visits(actor: Actor) -> QuerySet[Appointment]:
    """Visits past or cancelled, the latest first."""
    return visits(actor).past(clock.now())


def visit(actor: Actor, uid: UUID) -> Appointment:
    """One visit with what its page shows. Raises Http404 when it is not for the actor to know."""
    found = visits(actor).filter(uid=uid).first()
    if found is None:
        raise NotForYou
    return found


def own_hold(actor: Actor, uid: UUID) -> Appointment | None:
    """The visitor's own hold, over or not; None when there is no such row."""
    return (
        scoped(actor, Appointment, "hold")
        .select_related("agenda__location__place", "agenda__practice", "performer__specialty", "visit_reason")
        .filter(uid=uid)
        .first()
    )
