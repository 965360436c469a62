"""The history of a visit: each change beside what it was before, written in the transaction of the change."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from booking.enums import ChangeKind
from booking.models import Appointment, AppointmentChange
from core.access import Actor, Space

# So long can the practice undo a change before the patient is told of it.
TELL_AFTER = timedelta(minutes=5)


def state_of(visit: Appointment) -> dict[str, Any]:
    """What an undo goes back to: instants in ISO format (UTC), keys of rows, status."""
    return {
        "start": visit.start_at.isoformat(),
        "end": visit.end_at.isoformat(),
        "agenda": visit.agenda_id,
        "performer": visit.performer_id,
        "status": visit.status,
    }


def note(
    actor: Actor,
    visit: Appointment,
    kind: ChangeKind,
    *,
    before: dict[str, Any] | None = None,
    batch: UUID | None = None,
    tell_at: datetime | None = None,
) -> AppointmentChange:
    """Write one change; `before` is `state_of` the visit as it was, empty for a new one."""
    return AppointmentChange.objects.create(
        appointment=visit,
        practice_id=visit.practice_id,
        kind=kind,
        before=before or {},
        after=state_of(visit),
        by_id=actor.user_id,
        by_practice=actor.space == Space.PRACTICE,
        revision=visit.revision,
        batch=batch,
        tell_at=tell_at,
    )
