"""Going back on a change of the practice before anybody was told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from booking.enums import CANCELLED, ChangeKind, Status
from booking.exceptions import Refusal
from booking.models import Appointment, AppointmentChange
from booking.selectors.history import last_change
from booking.services import _history, _news, _untold, _write
from booking.services._transaction import run_verb
from booking.services.desk import _times, _visits
from booking.services.waitlist.offering import withdraw_untold
from core import audit, clock
from core.access import Actor, scoped
from core.exceptions import NotForYou
from practitioners.models import Agenda

# Kinds that change when or whether a visit takes place; a note in between stands in nobody's way.
UNDOABLE = (
    ChangeKind.BOOKED,
    ChangeKind.MOVED,
    ChangeKind.STRETCHED,
    ChangeKind.CANCELLED,
    ChangeKind.RESTORED,
)


def undo_change(*, actor: Actor, change: UUID) -> Appointment:
    """Bring a visit back to what it was before its last change, and call back what was to be told of it.

    Whoever runs the agenda may undo what a colleague did. A booking undone is a cancelled visit. The change before it
    becomes the last one. Raises NotForYou; `undo_over` once the patient is told or the change was undone,
    `changed_meanwhile` when the visit is no longer as the change left it, `slot_taken` when its former time was taken
    since, `already_past`, `outside_your_dates`, `agenda_busy`.
    """
    found = _find(actor, change)
    return run_verb(lambda: _undo(actor, found))


def undo_batch(*, actor: Actor, batch: UUID) -> list[Appointment]:
    """Undo all changes of one act, or none of them. Raises as `undo_change`."""
    found = list(
        _changes(actor).filter(batch=batch, undone_at__isnull=True).order_by("appointment__performer_id", "pk")
    )
    if not found:
        raise NotForYou
    return run_verb(lambda: [_undo(actor, change) for change in found])


def _changes(actor: Actor) -> Any:
    visits = scoped(actor, Appointment, "change").values("pk")
    return AppointmentChange.objects.filter(appointment__in=visits, by_practice=True).select_related(
        "appointment__agenda", "appointment__record"
    )


def _find(actor: Actor, change: UUID) -> AppointmentChange:
    found = _changes(actor).filter(uid=change).first()
    if found is None:
        raise NotForYou
    return found


def _undo(actor: Actor, found: AppointmentChange) -> Appointment:
    former = found.before
    performers = {former["performer"]} if former else set()
    visit = _visits.under_lock(found.appointment, performers=performers, expected_revision=None)
    now = clock.now()
    change = AppointmentChange.objects.get(pk=found.pk)
    _check_undoable(change, visit, now)
    now_is = _history.state_of(visit)
    if former and former["status"] not in CANCELLED:
        bring_back(actor, visit, former, now)
    else:
        _write.release(visit, Status(former.get("status", Status.CANCELLED_BY_PRACTICE)), at=now, late=False, reason="")
    _times.check_still_theirs(actor, visit)
    change.undone_at = now
    change.save(update_fields=["undone_at"])
    _history.note(actor, visit, ChangeKind.UNDONE, before=now_is)
    audit.record(
        actor, "booking.desk_undone", visit, patient_id=visit.patient_id, practice_id=visit.practice_id,
        change=str(change.uid),
    )  # fmt: skip
    _untold.settle(actor, visit, now_is, due_at=change.tell_at or now, call=change.kind != ChangeKind.BOOKED)
    _news.refresh_listings(now_is["performer"], visit.performer_id)
    return visit


def _check_undoable(change: AppointmentChange, visit: Appointment, now: datetime) -> None:
    if change.undone_at is not None or change.tell_at is None or change.tell_at <= now:
        raise Refusal("undo_over")
    last = last_change(visit)
    if change.kind not in UNDOABLE or last is None or last.pk != change.pk:
        raise _visits.stale(visit)
    if change.after != _history.state_of(visit):
        raise _visits.stale(visit)


def bring_back(actor: Actor, visit: Appointment, former: dict[str, Any], now: datetime) -> None:
    """Puts a visit back where it was, under the lock of that performer; nobody is told here.

    Raises `already_past`, `slot_taken`.
    """
    start, end = datetime.fromisoformat(former["start"]), datetime.fromisoformat(former["end"])
    agenda = Agenda.objects.select_related("location__place", "practitioner").get(pk=former["agenda"])
    if end <= now:
        raise Refusal("already_past")
    _write.clear_expired_holds({agenda.practitioner_id}, now)
    withdraw_untold(actor, agenda.practitioner_id, start, end, now=now)
    # It may have stood over another visit on purpose: that is not asked again, as long as it still has to.
    visit.overbooked = bool(former.get("overbooked")) and _stands_over(agenda, visit, start, end, now)
    if not visit.overbooked:
        _times.check_free(actor, agenda, start, end, now=now, exclude=visit.pk)
    visit.status = Status(former["status"])
    visit.cancelled_at, visit.cancelled_late, visit.cancel_reason = None, False, ""
    _write.shift(visit, agenda, start, end)


def _stands_over(agenda: Agenda, visit: Appointment, start: datetime, end: datetime, now: datetime) -> bool:
    rivals = _times.overlapping(agenda.practitioner_id, start, end, now=now).exclude(pk=visit.pk)
    found = list(rivals.values_list("status", flat=True))
    return bool(found) and Status.HELD not in found
