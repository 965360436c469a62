"""Reminders that wait follow what changed: a plan, a person's clock, a place's. In jobs of a bounded number of visits.

A job ends and writes the next one in one transaction, so a death repeats at most one chunk, and a chunk done twice
changes nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from booking.enums import ChangeKind, Status
from booking.messages_reminder import REMINDER
from booking.models import Appointment, AppointmentChange
from booking.selectors.reach import reach_of
from booking.selectors.reminder_plans import terms_of
from booking.services.reminders import reminders_of
from core import clock
from core.jobs import enqueue
from notifications.services.replanning import Replanned, plan_again
from patients.enums import Level
from patients.models import Guardianship

JOB = "booking.replan_reminders"
CHUNK = 100
# A booking that read the old plan a moment before has ended by then.
SETTLED = timedelta(seconds=30)
# The first number of PostgreSQL's two-number advisory locks says what is locked.
_LOCK = 7_305
_NEW_TIME = (ChangeKind.MOVED, ChangeKind.RESTORED, ChangeKind.UNDONE)

Scope = dict[str, int | None]


def replan_level(*, practice_id: int | None, agenda_id: int | None = None, visit_reason_id: int | None = None) -> None:
    """In the transaction that changes a plan: have the visits it is for planned again."""
    _begin({"practice_id": practice_id, "agenda_id": agenda_id, "visit_reason_id": visit_reason_id})


def replan_person(user_id: int) -> None:
    """In the transaction that changes somebody's clock: have the visits told to this account planned again."""
    _begin({"user_id": user_id})


def replan_location(location_id: int) -> None:
    """In the transaction that changes the clock of a place: have its visits planned again."""
    _begin({"location_id": location_id})


def replan_chunk(*, after: int = 0, **scope: int | None) -> Replanned:
    """Plan the next visits again, and write the job of those that follow. Runs inside a job's transaction."""
    pks = list(_visits(scope).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CHUNK])
    if not pks:
        return Replanned()
    visits = _locked(pks)
    if len(pks) == CHUNK:
        # Under a name of its own: joined to a change made meanwhile, it would skip the visits before.
        _enqueue(scope, pks[-1])
    reach = reach_of(visits)
    terms = terms_of(visits, {user for one in reach.values() for user in one.users})
    booked = _booked_at(visits)
    return plan_again(
        REMINDER,
        {
            (f"appointment:{visit.pk}", visit.revision): reminders_of(
                visit, reach[visit.pk], terms=terms[visit.pk], booked_at=booked[visit.pk]
            )
            for visit in visits
        },
    )


def _begin(scope: Scope) -> None:
    _enqueue(scope, 0, due_at=clock.now() + SETTLED)


def _enqueue(scope: Mapping[str, int | None], after: int, *, due_at: datetime | None = None) -> None:
    payload: dict[str, Any] = {**scope, "after": after}
    enqueue(JOB, unique=_name(scope, after), due_at=due_at, **payload)


def _name(scope: Mapping[str, int | None], after: int) -> str:
    return ":".join(["replan", *(f"{name}={value or 0}" for name, value in sorted(scope.items())), str(after)])


def _visits(scope: Mapping[str, int | None]) -> QuerySet[Appointment]:
    coming = Appointment.objects.filter(status=Status.BOOKED, start_at__gt=clock.now())
    if user := scope.get("user_id"):
        guarded = Guardianship.objects.active(clock.now()).filter(user=user, level=Level.GRANTED).values("patient")
        told = Q(record__patient__user=user) | Q(booked_by=user) | Q(record__patient__in=guarded)
        return coming.filter(told)
    if location := scope.get("location_id"):
        return coming.filter(agenda__location=location)
    named = {name: value for name, value in scope.items() if value is not None}
    return coming.filter(**named)


def _locked(pks: Sequence[int]) -> list[Appointment]:
    """The visits, read once no other chunk of their practices is at work: the plan read next is the newest."""
    rows = Appointment.objects.filter(pk__in=pks)
    practices = sorted(set(rows.values_list("practice_id", flat=True)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, key) FROM unnest(%s::int[]) AS key", [_LOCK, practices])
    read = ("agenda__location", "record__patient", "visit_reason")
    return list(rows.select_related(*read).order_by("pk"))


def _booked_at(visits: Sequence[Appointment]) -> dict[int, datetime]:
    """Since when each visit stands at its present time: what a plan calls booked long or shortly before."""
    changes = AppointmentChange.objects.filter(appointment__in=visits, kind__in=_NEW_TIME).order_by("pk")
    moved = dict(changes.values_list("appointment_id", "at"))
    return {visit.pk: moved.get(visit.pk, visit.created_at) for visit in visits}
