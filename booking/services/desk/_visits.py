"""The visit that a verb of the desk changes: read again under the locks, and compared with what the person saw."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from booking.enums import ChangeKind
from booking.exceptions import Refusal
from booking.models import Appointment, AppointmentChange
from booking.services import _history, _news, _untold
from booking.services._locks import lock_booking
from booking.services._transaction import run_verb
from core import audit, idempotency
from core.access import Actor, get_or_404

READ = ("agenda__location__place", "agenda__practice", "record__patient", "visit_reason", "performer")


def find_visit(actor: Actor, appointment: UUID) -> Appointment:
    """The visit, among those of the agendas that the actor runs. Raises NotForYou."""
    return get_or_404(actor, Appointment, "change", uid=appointment)


def under_lock(visit: Appointment, *, performers: set[int], expected_revision: int | None) -> Appointment:
    """The row as it is now that the locks are held.

    Raises `changed_meanwhile` when its revision is not the expected one, `agenda_busy` when it went to another
    performer while we waited.
    """
    patient = visit.patient_id
    lock_booking(performers={visit.performer_id, *performers}, patients=[patient] if patient else [])
    current = Appointment.objects.select_related(*READ).get(pk=visit.pk)
    if expected_revision is not None and current.revision != expected_revision:
        raise stale(current)
    if current.performer_id not in {visit.performer_id, *performers}:
        raise Refusal("agenda_busy")
    return current


def stale(visit: Appointment) -> Refusal:
    """The refusal of an edit of something that is no longer so, naming who changed it."""
    last = AppointmentChange.objects.filter(appointment=visit).select_related("by").order_by("-pk").first()
    name = last.by.display_name if last is not None and last.by_practice and last.by is not None else ""
    return Refusal("changed_meanwhile", by=name, by_practice=bool(last and last.by_practice), revision=visit.revision)


def check_open(visit: Appointment, now: datetime) -> None:
    """Raises `already_cancelled`, and `already_past` for a visit that is over or has ended by its status."""
    if visit.is_cancelled:
        raise Refusal("already_cancelled")
    if not visit.is_open or visit.end_at <= now:
        raise Refusal("already_past")


def due(now: datetime, starts: list[datetime], tell_now: bool | None) -> datetime:
    """When a change is told. Raises `confirm_late_change` near the visit, unless the person said whether to wait."""
    if tell_now is None and _history.is_late(now, *starts):
        raise Refusal("confirm_late_change")
    return now if tell_now else now + _history.TELL_AFTER


def changed(
    actor: Actor,
    visit: Appointment,
    kind: ChangeKind,
    before: dict[str, Any],
    *,
    tell_at: datetime,
    batch: UUID | None = None,
    **facts: Any,
) -> AppointmentChange:
    """What every change leaves: its history, its audit row, what is to be told and the listings to refresh."""
    change = _history.note(actor, visit, kind, before=before, tell_at=tell_at, batch=batch)
    audit.record(
        actor, f"booking.desk_{kind}", visit, patient_id=visit.patient_id, practice_id=visit.practice_id,
        change=str(change.uid), **facts,
    )  # fmt: skip
    _untold.settle(actor, visit, before, due_at=tell_at)
    _news.refresh_listings(visit.performer_id, before["performer"])
    return change


def unchanged(visit: Appointment, kind: ChangeKind) -> AppointmentChange:
    """The answer to an act that changes nothing: a change that is not written."""
    state = _history.state_of(visit)
    return AppointmentChange(
        appointment=visit, practice_id=visit.practice_id, kind=kind, before=state, after=state, revision=visit.revision
    )


def claimed(
    actor: Actor, claim: idempotency.Claim | None, work: Callable[[], AppointmentChange], kind: ChangeKind
) -> AppointmentChange:
    """Run the work of a change in its transaction, once for a claim."""

    def once() -> AppointmentChange:
        done = idempotency.begin(actor, claim)
        if isinstance(done, Appointment):
            return unchanged(done, kind)
        if isinstance(done, AppointmentChange):
            return done
        change = work()
        idempotency.complete(actor, claim, change if change.pk else change.appointment)
        return change

    return run_verb(once)
