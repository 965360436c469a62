"""What days served: visits counted by practitioner, place and day, without anything of a patient."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import TruncDate

from billing.charges import Charge
from billing.models import Payer
from billing.money import months_before
from booking.enums import Status
from booking.models import Appointment
from core import clock

PARIS = ZoneInfo("Europe/Paris")
_SERVED = (Status.BOOKED, Status.ARRIVED, Status.SEEN, Status.NO_SHOW)

# (place, [(day, visits)]) in the order of places and days.
Places = list[tuple[str, list[tuple[date, int]]]]


def served_between(
    practices: Collection[int], practitioners: Collection[int], since: date, until: date
) -> dict[tuple[int, int], Places]:
    """(practice, practitioner) → the visits that took place or stand, by place and day of Paris. One statement."""
    counted = (
        Appointment.objects.filter(
            agenda__practice__in=practices,
            agenda__practitioner__in=practitioners,
            start_at__gte=clock.instant(clock.day_start(since, PARIS)),
            start_at__lt=clock.instant(clock.day_start(until, PARIS)),
            status__in=_SERVED,
        )
        .annotate(day=TruncDate("start_at", tzinfo=PARIS))
        .values_list("agenda__practice_id", "agenda__practitioner_id", "agenda__location__name", "day")
        .annotate(count=Count("pk"))
        .order_by("agenda__location__name", "day")
    )
    found: dict[tuple[int, int], dict[str, list[tuple[date, int]]]] = {}
    for practice, practitioner, place, day, count in counted:
        found.setdefault((practice, practitioner), {}).setdefault(place, []).append((day, count))
    return {key: list(places.items()) for key, places in found.items()}


def last_month_of(
    payers: Sequence[Payer], charged: Mapping[int, Iterable[Charge] | None], month: date
) -> dict[tuple[int, int], dict[str, object]]:
    """(practice, practitioner) → what the month before served, as an invoice keeps it: a seat is billed ahead, so the days
    that its invoice can count are those before.
    """
    seats = {
        charge.practitioner_id
        for charges in charged.values()
        for charge in charges or ()
        if charge.practitioner_id is not None
    }
    if not seats:
        return {}
    since = months_before(month, 1)
    found = served_between({payer.practice_id for payer in payers}, seats, since, month)
    return {
        key: {
            "month": since.isoformat(),
            "places": [[place, [[day.isoformat(), count] for day, count in days]] for place, days in places],
        }
        for key, places in found.items()
    }
