"""People who left the national register and whose patients have visits to come: what the staff decides about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Min, QuerySet

from booking.enums import OPEN
from booking.models import Appointment
from core import clock
from core.access import Actor, scoped
from practitioners.models import StrikeOff

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Departure:
    """Somebody who left, and how many visits to come they have here. No patient is named."""

    strike_off: StrikeOff
    visits: int


def visits_to_come(practitioners: Sequence[int]) -> QuerySet[Appointment]:
    """The visits that these people were to hold themselves, from now on."""
    return Appointment.objects.filter(performer__in=practitioners, status__in=OPEN, start_at__gt=clock.now())


def departures(actor: Actor) -> list[Departure]:
    """Those with visits to come, the undecided first, then by the nearest visit; at most a hundred."""
    rows = (
        scoped(actor, StrikeOff, "tell")
        .filter(lifted_on__isnull=True, practitioner__agendas__isnull=False)
        .select_related("practitioner__specialty")
        .distinct()
    )
    left = {row.practitioner_id: row for row in rows}
    counted = (
        visits_to_come(list(left))
        .values("performer")
        .annotate(count=Count("pk"), first=Min("start_at"))
        .order_by("first")
        .values_list("performer", "count")
    )
    found = [Departure(left[performer], count) for performer, count in counted]
    return sorted(found, key=lambda one: one.strike_off.told_at is not None)[:SHOWN]
