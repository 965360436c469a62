"""Moving, stretching and cancelling at the desk: told later, undone until then."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from booking.enums import ChangeKind, Status
from booking.exceptions import Refusal
from booking.models import Appointment, AppointmentChange
from booking.services import _write
from booking.services._checks import whole_minute
from booking.services._history import state_of
from booking.services.desk import _alternatives, _times, _visits
from core import clock, idempotency
from core.access import Actor
from practitioners.models import AgendaReason


def move_at_desk(
    *,
    actor: Actor,
    appointment: UUID,
    start: datetime,
    agenda: UUID | None = None,
    overbook: bool = False,
    tell_now: bool | None = None,
    expected_revision: int | None = None,
    batch: UUID | None = None,
    claim: idempotency.Claim | None = None,
) -> AppointmentChange:
    """Give a visit another start, and another agenda that offers its reason; its length stays.

    Moving onto its own time writes nothing. Hours are not checked: who drags a visit sees them, and can undo. On any
    refusal the visit keeps its slot. `tell_now` true tells at once (and ends the undo), false waits as usual; it must be
    given when the old or the new start is less than two hours away.

    Raises NotForYou; `changed_meanwhile`, `already_cancelled`, `already_past`, `not_offered`, `start_out_of_reach`,
    `slot_taken` (with alternatives), `outside_your_dates`, `overbooking_refused`, `confirm_late_change`, `agenda_busy`.
    """
    visit, start = _visits.find_visit(actor, appointment), whole_minute(start)
    offer = _target(actor, visit, agenda)
    target = offer.agenda if offer is not None else visit.agenda

    def work() -> AppointmentChange:
        current = _visits.under_lock(visit, performers={target.practitioner_id}, expected_revision=expected_revision)
        now = clock.now()
        if start == current.start_at and target.pk == current.agenda_id:
            return _visits.unchanged(current, ChangeKind.MOVED)
        _visits.check_open(current, now)
        _times.check_date(target, start, now)
        if start + current.duration <= now:
            # Over before it is told: nobody could move it back.
            raise Refusal("start_out_of_reach")
        tell_at = _visits.due(now, [current.start_at, start], tell_now)
        _write.clear_expired_holds({target.practitioner_id}, now)
        over = _times.check_free(
            actor, target, start, start + current.duration, now=now, exclude=current.pk, overbook=overbook
        )
        before = state_of(current)
        current.overbooked = over
        current = _write.shift(current, target, start, start + current.duration)
        _times.check_still_theirs(actor, current)
        return _visits.changed(
            actor, current, ChangeKind.MOVED, before, tell_at=tell_at, batch=batch,
            start=start.isoformat(), former=before["start"],
        )  # fmt: skip

    if offer is None:
        return _visits.claimed(actor, claim, work, ChangeKind.MOVED)
    with _alternatives.offered(offer, start, visit.duration):
        return _visits.claimed(actor, claim, work, ChangeKind.MOVED)


def _target(actor: Actor, visit: Appointment, agenda: UUID | None) -> AgendaReason | None:
    """Where the visit goes. None: it stays in its agenda, which may have given up the reason since."""
    try:
        return _times.desk_offer(actor, agenda or visit.agenda.uid, visit.visit_reason.uid)
    except Refusal:
        if agenda is None or agenda == visit.agenda.uid:
            return None
        raise


def stretch_at_desk(
    *,
    actor: Actor,
    appointment: UUID,
    end: datetime,
    overbook: bool = False,
    tell_now: bool | None = None,
    expected_revision: int | None = None,
    claim: idempotency.Claim | None = None,
) -> AppointmentChange:
    """Give a visit another end, from five minutes to eight hours after its start. Raises as `move_at_desk`."""
    visit, end = _visits.find_visit(actor, appointment), whole_minute(end)

    def work() -> AppointmentChange:
        current = _visits.under_lock(visit, performers=set(), expected_revision=expected_revision)
        now = clock.now()
        if end == current.end_at:
            return _visits.unchanged(current, ChangeKind.STRETCHED)
        _visits.check_open(current, now)
        _times.check_length(current.start_at, end)
        tell_at = _visits.due(now, [current.start_at], tell_now)
        _write.clear_expired_holds({current.performer_id}, now)
        over = _times.check_free(
            actor, current.agenda, current.start_at, end, now=now, exclude=current.pk,
            overbook=overbook or current.overbooked,
        )  # fmt: skip
        before = state_of(current)
        current.overbooked = over
        current = _write.shift(current, current.agenda, current.start_at, end)
        return _visits.changed(
            actor, current, ChangeKind.STRETCHED, before, tell_at=tell_at, end=end.isoformat(), former=before["end"]
        )

    return _visits.claimed(actor, claim, work, ChangeKind.STRETCHED)


def cancel_at_desk(
    *,
    actor: Actor,
    appointment: UUID,
    reason: str = "",
    tell_now: bool | None = None,
    expected_revision: int | None = None,
    batch: UUID | None = None,
    claim: idempotency.Claim | None = None,
) -> AppointmentChange:
    """Cancel a visit for the practice; its time is free at once. `batch` ties the changes of one act.

    Raises NotForYou; `changed_meanwhile`, `already_cancelled`, `already_past`, `confirm_late_change`, `agenda_busy`.
    """
    visit = _visits.find_visit(actor, appointment)

    def work() -> AppointmentChange:
        current = _visits.under_lock(visit, performers=set(), expected_revision=expected_revision)
        now = clock.now()
        _visits.check_open(current, now)
        tell_at = _visits.due(now, [current.start_at], tell_now)
        before = state_of(current)
        current = _write.release(current, Status.CANCELLED_BY_PRACTICE, at=now, late=False, reason=reason)
        return _visits.changed(actor, current, ChangeKind.CANCELLED, before, tell_at=tell_at, batch=batch)

    return _visits.claimed(actor, claim, work, ChangeKind.CANCELLED)
