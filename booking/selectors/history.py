"""Who did what to a visit, and when; and the change that can still be undone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from booking.enums import ChangeKind
from booking.models import Appointment, AppointmentChange
from core import clock
from core.access import Actor, get_or_404


def history_of(actor: Actor, appointment: UUID) -> QuerySet[AppointmentChange]:
    """The changes of a visit of an agenda that the actor runs, the latest first, with `by`; one statement more.

    Raises NotForYou.
    """
    visit = get_or_404(actor, Appointment, "restore", uid=appointment)
    return AppointmentChange.objects.filter(appointment=visit).select_related("by").order_by("-pk")


def undoable(changes: Iterable[AppointmentChange], now: datetime | None = None) -> AppointmentChange | None:
    """The change of this history (latest first) that may be undone at this instant: the last that stands, not told yet."""
    at = now or clock.now()
    for change in changes:
        if change.undone_at is not None or change.kind in (ChangeKind.UNDONE, ChangeKind.NOTED, ChangeKind.LATE):
            continue
        can = change.by_practice and change.kind != ChangeKind.STATUS
        return change if can and change.tell_at is not None and change.tell_at > at else None
    return None


def last_change(visit: Appointment) -> AppointmentChange | None:
    """The last change of the visit that still stands."""
    standing = AppointmentChange.objects.filter(appointment=visit, undone_at__isnull=True)
    return standing.exclude(kind__in=(ChangeKind.UNDONE, ChangeKind.NOTED, ChangeKind.LATE)).order_by("-pk").first()
