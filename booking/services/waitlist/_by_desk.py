"""Placing a caller of the desk, or somebody whom the desk has on the phone: the time follows the public list all the same."""

from __future__ import annotations

from datetime import datetime

from booking.enums import ChangeKind, Channel
from booking.exceptions import Refusal
from booking.models import Appointment, WaitlistEntry
from booking.services import _history, _news, _untold, _write
from booking.services._checks import check_mode, check_start
from core import audit
from core.access import Actor
from patients.models import PatientRecord
from patients.services.records import ensure_record
from practitioners.enums import Discretion
from practitioners.models import AgendaReason


def book_for_caller(
    actor: Actor,
    entry: WaitlistEntry,
    offer: AgendaReason,
    start: datetime,
    *,
    held: Appointment | None,
    now: datetime,
) -> Appointment:
    """Turn the time kept into a visit of the practice's file. The caller holds the locks.

    Whom the practice receives is its own affair; notice, hours and busy time hold. Raises `blocked`,
    `patient_deceased`, the refusals of a start.
    """
    file = _file_of(actor, entry)
    mode = check_mode(offer, entry.mode or None)
    check_start(offer, start, now=now, exclude=held.pk if held else None)
    visit = _write.Visit(
        record=file,
        mode=mode,
        channel=Channel.DESK,
        concealed=offer.visit_reason.discretion == Discretion.CONCEALED,
    )
    appointment = _write.place(actor, offer, start, visit, held=held)
    audit.record(
        actor, "booking.book", appointment, patient_id=appointment.patient_id,
        practice_id=appointment.practice_id, start=start.isoformat(),
    )  # fmt: skip
    _history.note(actor, appointment, ChangeKind.BOOKED)
    _news.tell(actor, appointment, to_patient=_news.BOOKED, to_practice=_news.NEW_AT_PRACTICE)
    return appointment


def move_for_caller(
    actor: Actor, visit: Appointment, offer: AgendaReason, start: datetime, *, now: datetime
) -> Appointment:
    """Move the visit of the practice's file there; its hold is already given up. Raises the refusals of a start."""
    check_start(offer, start, now=now, exclude=visit.pk, duration=visit.duration)
    former = _history.state_of(visit)
    visit = _write.move(visit, offer, start)
    audit.record(
        actor, "booking.reschedule", visit, patient_id=visit.patient_id, practice_id=visit.practice_id,
        start=start.isoformat(), before=former["start"],
    )  # fmt: skip
    _untold.tell_change(actor, visit, ChangeKind.MOVED, former, now=now)
    return visit


def _file_of(actor: Actor, entry: WaitlistEntry) -> PatientRecord:
    file = entry.record
    if file is None and entry.patient is not None:
        file = ensure_record(actor=actor, practice_id=entry.practice_id, patient=entry.patient)
    if file is None or file.deceased_on is not None:
        raise Refusal("patient_deceased")
    if file.blocked_at is not None:
        raise Refusal("blocked", phone=str(file.practice.phone))
    return file
