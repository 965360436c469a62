"""The history of a visit: each change beside what it was before, written in the transaction of the change."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from booking.enums import ChangeKind
from booking.models import Appointment, AppointmentChange
from core.access import Actor, Space
from core.compiled_insert import CompiledInsert

# So long can the practice undo a change before the patient is told of it.
TELL_AFTER = timedelta(minutes=5)
# A change nearer to the visit than this is not left to the delay unasked.
LATE = timedelta(hours=2)
_CHANGES = CompiledInsert(AppointmentChange)


def is_late(now: datetime, *starts: datetime) -> bool:
    """Whether one of these starts is so near that a message five minutes later may come too late."""
    return any(now <= start < now + LATE for start in starts)


def when_told(actor: Actor, now: datetime, *starts: datetime) -> datetime | None:
    """When a change of a public verb is told: later for the practice, so that it can undo; None for the patient's own."""
    if actor.space != Space.PRACTICE:
        return None
    return now if is_late(now, *starts) else now + TELL_AFTER


def state_of(visit: Appointment) -> dict[str, Any]:
    """What an undo goes back to: instants in ISO format (UTC), keys of rows, status."""
    return {
        "start": visit.start_at.isoformat(),
        "end": visit.end_at.isoformat(),
        "agenda": visit.agenda_id,
        "performer": visit.performer_id,
        "status": visit.status,
        "overbooked": visit.overbooked,
    }


def note(
    actor: Actor,
    visit: Appointment,
    kind: ChangeKind,
    *,
    before: dict[str, Any] | None = None,
    batch: UUID | None = None,
    tell_at: datetime | None = None,
    via: str = "",
) -> AppointmentChange:
    """Write one change; `before` is `state_of` the visit as it was, empty for a new one; `via` how an answer came."""
    change = AppointmentChange(
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
        via=via,
    )
    _CHANGES.write([change])
    return change
