"""Booking a caller at the desk: for a file of the practice, with or without an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from booking.enums import ChangeKind, Channel
from booking.exceptions import Refusal
from booking.models import Appointment
from booking.selectors.offers import offered_modes
from booking.services import _history, _news, _once, _untold, _write
from booking.services._checks import whole_minute
from booking.services._locks import lock_booking
from booking.services._transaction import run_verb
from booking.services.desk import _alternatives, _times
from core import audit, clock, idempotency
from core.access import Actor, get_or_404, scoped
from patients.models import PatientRecord
from practitioners.enums import Discretion
from practitioners.models import AgendaReason


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskWish:
    """How a visit is put: its length, `overbook` over another visit, `outside` the hours, what the practice notes."""

    length: timedelta
    overbook: bool = False
    outside: bool = False
    mode: str | None = None
    internal_note: str = ""
    tell: bool = True
    series: UUID | None = None


def book_at_desk(
    *,
    actor: Actor,
    record: UUID,
    agenda: UUID,
    visit_reason: UUID,
    start: datetime,
    duration_minutes: int | None = None,
    overbook: bool = False,
    outside: bool = False,
    mode: str | None = None,
    internal_note: str = "",
    tell: bool = True,
    hold: UUID | None = None,
    claim: idempotency.Claim | None = None,
) -> Appointment:
    """Put a visit for a file of the practice in an agenda that the actor runs, for a reason of that agenda.

    The time must be free of visits and of others' holds; `overbook` puts it over a visit on purpose, by right only, and
    marks it. `outside` lets it lie outside the openings, on a holiday or in an absence. The actor's own hold of the
    time, named by `hold` or not, is used up. Unless `tell` is false the patient is told after `TELL_AFTER`, at once when
    the visit is near.

    Raises NotForYou; `not_offered`, `mode_not_offered`, `duration_invalid`, `start_out_of_reach`, `slot_taken` (with
    `alternatives`; with `held_by` and `held_until` when somebody holds it), `overbooking_refused`, `outside_hours`,
    `outside_your_dates`, `patient_deceased`, `agenda_busy`.
    """
    offer, start = _times.desk_offer(actor, agenda, visit_reason), whole_minute(start)
    wish = DeskWish(
        length=length_of(offer, duration_minutes), overbook=overbook, outside=outside, mode=mode,
        internal_note=internal_note, tell=tell,
    )  # fmt: skip

    def work() -> Appointment:
        done = _once.begin(actor, claim)
        if done is not None:
            return done
        file = lock_file(actor, record, {offer.agenda.practitioner_id})
        if hold is not None:
            scoped(actor, Appointment, "hold").filter(uid=hold).delete()
        visit = put(actor, offer, file, start, wish, now=clock.now())
        idempotency.complete(actor, claim, visit)
        return visit

    with _alternatives.offered(offer, start, wish.length):
        return run_verb(work)


def length_of(offer: AgendaReason, minutes: int | None) -> timedelta:
    """The wanted length, or that of the reason. Raises `duration_invalid`."""
    length = timedelta(minutes=minutes or offer.duration_minutes)
    if not _times.SHORTEST <= length <= _times.LONGEST:
        raise Refusal("duration_invalid")
    return length


def lock_file(actor: Actor, record: UUID, performers: set[int]) -> PatientRecord:
    """The file, with the locks of the practitioners and of its person. Raises NotForYou, `patient_deceased`."""
    file = get_or_404(actor, PatientRecord, "work", uid=record)
    lock_booking(performers=performers, patients=[file.patient_id] if file.patient_id else [])
    _write.clear_expired_holds(performers, clock.now())
    if file.deceased_on is not None or (file.patient is not None and file.patient.deceased_on is not None):
        raise Refusal("patient_deceased")
    return file


def put(
    actor: Actor, offer: AgendaReason, file: PatientRecord, start: datetime, wish: DeskWish, *, now: datetime
) -> Appointment:
    """Check the time again and write the visit. The caller holds the locks and has cleared expired holds."""
    agenda, end = offer.agenda, start + wish.length
    _times.check_date(agenda, start, now)
    _times.check_reach(offer, start)
    over = _times.check_free(actor, agenda, start, end, now=now, overbook=wish.overbook)
    if not wish.outside and _times.is_outside_hours(offer, start, wish.length, now=now):
        raise Refusal("outside_hours")
    visit = _write.Visit(
        record=file,
        mode=_mode(offer, wish.mode),
        channel=Channel.DESK,
        concealed=offer.visit_reason.discretion == Discretion.CONCEALED,
    )
    slot = _write.new_slot(offer, start)
    slot.end_at, slot.overbooked = end, over
    slot.internal_note, slot.series = wish.internal_note.strip(), wish.series
    appointment = _write.place(actor, offer, start, visit, held=slot)
    tell_at = now if _history.is_late(now, start) else now + _history.TELL_AFTER
    _history.note(actor, appointment, ChangeKind.BOOKED, tell_at=tell_at if wish.tell else None)
    audit.record(
        actor, "booking.desk_booked", appointment, patient_id=appointment.patient_id,
        practice_id=appointment.practice_id, start=start.isoformat(), overbooked=over, told=wish.tell,
    )  # fmt: skip
    if wish.tell:
        _untold.settle(actor, appointment, None, due_at=tell_at)
    _news.refresh_listings(agenda.practitioner_id)
    return appointment


def _mode(offer: AgendaReason, mode: str | None) -> str:
    modes = offered_modes(offer)
    if not modes:
        raise Refusal("not_offered")
    if mode is not None and mode not in modes:
        raise Refusal("mode_not_offered", modes=modes)
    return mode or modes[0]
