"""What booking hands over when a person asks for their data, and what it forgets by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts.registry import erases, exports, replayed
from booking.enums import OPEN, Status
from booking.models import Appointment
from booking.selectors.appointments import SHOWN
from core import audit, clock
from core.access import Actor, Space, scoped

# Answers are wiped the hour after a visit ends; looked for a little longer, so that an outage loses nothing.
LOOKED_BACK = timedelta(days=30)


@exports("appointments")
def export_appointments(user_id: int) -> list[dict[str, Any]]:
    """The visits the person may see, past and to come, with what they wrote to the practice."""
    reader = Actor(user_id=user_id, space=Space.PATIENT)
    visits = scoped(reader, Appointment, "read").select_related(*SHOWN).order_by("start_at", "pk")
    return [
        {
            "id": str(visit.uid),
            "status": visit.status,
            "start": visit.start_at.isoformat(),
            "end": visit.end_at.isoformat(),
            "timezone": visit.agenda.location.timezone,
            "practitioner": visit.performer.display_name,
            "practice": visit.agenda.practice.name,
            "reason": visit.reason_name,
            "patient": visit.record.display_name if visit.record else "",
            "note": visit.note,
            "cancel_reason": visit.cancel_reason,
        }
        for visit in visits
    ]


@erases("appointments")
def drop_visits(actor: Actor, user_id: int) -> None:
    """An account closes with nothing to come; in an older database put back, what was to come then is called off."""
    before = replayed()
    if before is None:
        return
    to_come = Appointment.objects.filter(record__patient__in=before.get("people", []), status__in=OPEN)
    for visit in to_come.filter(start_at__gt=clock.now()).order_by("pk"):
        visit.status = Status.CANCELLED_BY_PATIENT
        visit.save(update_fields=["status"])
        audit.record(actor, "booking.drop_visit", visit, practice_id=visit.practice_id)


def forget_answers() -> int:
    """Wipe the answers given before booking once the visit is over; returns how many visits were looked at."""
    now = clock.now()
    return Appointment.objects.filter(end_at__lt=now, end_at__gte=now - LOOKED_BACK, answers__isnull=False).update(
        answers=""
    )
