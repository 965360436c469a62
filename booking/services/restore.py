"""Bringing back a visit cancelled by mistake, for the practice: only while its time is still free."""

from __future__ import annotations

from uuid import UUID

from booking.enums import ChangeKind
from booking.exceptions import Refusal
from booking.models import Appointment
from booking.services import _history, _news, _once, _untold, _write
from booking.services._locks import lock_performers
from booking.services._transaction import run_verb
from core import audit, clock, idempotency
from core.access import Actor, get_or_404


def restore_appointment(*, actor: Actor, appointment: UUID, claim: idempotency.Claim | None = None) -> Appointment:
    """Put a cancelled visit to come back in its slot. The constraint refuses a slot taken meanwhile: `slot_taken`.

    Raises `not_cancelled`, `already_past`.
    """
    visit = get_or_404(actor, Appointment, "restore", uid=appointment)

    def work() -> Appointment:
        done = _once.begin(actor, claim)
        if done is not None:
            return done
        lock_performers(visit.performer_id)
        now = clock.now()
        current = Appointment.objects.select_related("record__patient", "visit_reason", "agenda").get(pk=visit.pk)
        if not current.is_cancelled:
            raise Refusal("not_cancelled")
        if current.start_at <= now:
            raise Refusal("already_past")
        _write.clear_expired_holds({current.performer_id}, now)
        former = _history.state_of(current)
        current = _write.restore(current)
        audit.record(actor, "booking.restore", current, patient_id=current.patient_id, practice_id=current.practice_id)
        _untold.tell_change(actor, current, ChangeKind.RESTORED, former, now=now)
        _news.refresh_listings(current.performer_id)
        idempotency.complete(actor, claim, current)
        return current

    return run_verb(work)
