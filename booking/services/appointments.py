"""Booking, moving and cancelling a visit: each verb is one transaction, one audit row, and its messages."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from booking.enums import ChangeKind, Status
from booking.exceptions import Refusal
from booking.models import Appointment
from booking.selectors.appointments import own_hold
from booking.selectors.offers import find_offer
from booking.services import _history, _news, _once, _untold, _write
from booking.services._booking import Wish, book_under_locks, resolve_patient
from booking.services._checks import refuse_taken, whole_minute
from booking.services._locks import lock_booking, lock_performers
from booking.services._moving import move_under_locks
from booking.services._transaction import run_verb
from core import audit, clock, idempotency
from core.access import Actor, Space, get_or_404, scoped
from practitioners.models import AgendaReason


def book_appointment(
    *,
    actor: Actor,
    agenda: UUID,
    visit_reason: UUID,
    start: datetime,
    wish: Wish,
    hold: UUID | None = None,
    invitation: str = "",
    claim: idempotency.Claim | None = None,
) -> Appointment:
    """Book a start for a patient, in the row of the caller's hold when there is one; `invitation` as in `find_offer`.

    Every rule is checked again under the locks. Raises Http404 for a patient, agenda, hold or visit one may not
    know about; `Refusal` with the codes of the contract; `slot_taken` and the like carry three other starts.
    """
    offer, start = find_offer(actor, agenda, visit_reason, invitation=invitation), whole_minute(start)
    return run_verb(lambda: _book(actor, offer, start, wish, hold, claim), offer=offer, start=start)


def book_hold(
    *, actor: Actor, hold: UUID, wish: Wish, invitation: str = "", claim: idempotency.Claim | None = None
) -> Appointment:
    """Book the slot that the caller holds. Raises `hold_expired` when there is no such hold any more."""
    held = own_hold(actor, hold)
    if held is None:
        return _replay_or_expired(actor, claim)
    return book_appointment(
        actor=actor,
        agenda=held.agenda.uid,
        visit_reason=held.visit_reason.uid,
        start=held.start_at,
        wish=wish,
        hold=hold,
        invitation=invitation,
        claim=claim,
    )


def _replay_or_expired(actor: Actor, claim: idempotency.Claim | None) -> Appointment:
    """The hold is gone: because this very request became a booking before, or because it is over."""

    def work() -> Appointment:
        done = _once.begin(actor, claim)
        if done is None:
            raise Refusal("hold_expired")
        return done

    return run_verb(work)


def _book(
    actor: Actor,
    offer: AgendaReason,
    start: datetime,
    wish: Wish,
    hold: UUID | None,
    claim: idempotency.Claim | None,
) -> Appointment:
    done = _once.begin(actor, claim)
    if done is not None:
        return done
    patient = resolve_patient(actor, wish.patient)
    replaced = get_or_404(actor, Appointment, "change", uid=wish.replaces) if wish.replaces else None
    performers = {offer.agenda.practitioner_id, *([replaced.performer_id] if replaced else [])}
    # A visit given up in the same act may stand at that very time; a hold that is over has a refusal of its own.
    early = None if replaced or hold else lambda: refuse_taken(actor, offer, start)
    lock_booking(performers=performers, patients=[patient.pk], before_waiting=early)
    now = clock.now()
    held = _own_hold(actor, hold, offer, start, now)
    if replaced is not None:
        _release(actor, _still_open(replaced, now), now, reason="")
    appointment = book_under_locks(actor, offer, start, wish, patient, held=held, now=now)
    _news.refresh_listings(*performers)
    idempotency.complete(actor, claim, appointment)
    return appointment


def _own_hold(
    actor: Actor, hold: UUID | None, offer: AgendaReason, start: datetime, now: datetime
) -> Appointment | None:
    """The caller's live hold of this very slot, named or not; a named one that is over is `hold_expired`.

    The performer's holds that are over go with the same read: they still stand in the constraint.
    """
    live = _write.live_holds(
        actor,
        performer=offer.agenda.practitioner_id,
        agenda=offer.agenda_id,
        visit_reason=offer.visit_reason_id,
        start=start,
        now=now,
    )
    if hold is None:
        return min(live, key=lambda one: one.pk, default=None)
    found = next((one for one in live if one.uid == hold), None)
    if found is None:
        raise Refusal("hold_expired")
    return found


def reschedule_appointment(
    *,
    actor: Actor,
    appointment: UUID,
    start: datetime,
    agenda: UUID | None = None,
    hold: UUID | None = None,
    claim: idempotency.Claim | None = None,
) -> Appointment:
    """Move a visit to another start, and to another agenda of the same reason if asked; its length stays.

    One act: on any refusal the visit keeps its old slot. Moving onto its own time changes nothing and tells nobody.
    Raises `cutoff_passed` after the cut-off, `already_cancelled`, `already_past`, the refusals of a start, and what
    keeps the person from booking there: `blocked`, `new_patients_refused`, `known_patients_refused`, `limit_reached`.
    """
    visit = get_or_404(actor, Appointment, "change", uid=appointment)
    offer, start = find_offer(actor, agenda or visit.agenda.uid, visit.visit_reason.uid), whole_minute(start)
    return run_verb(
        lambda: _reschedule(actor, visit, offer, start, hold, claim),
        offer=offer, start=start, duration=visit.duration,
    )  # fmt: skip


def _reschedule(
    actor: Actor,
    visit: Appointment,
    offer: AgendaReason,
    start: datetime,
    hold: UUID | None,
    claim: idempotency.Claim | None,
) -> Appointment:
    done = _once.begin(actor, claim)
    if done is not None:
        return done
    lock_performers(visit.performer_id, offer.agenda.practitioner_id)
    now = clock.now()
    locked, visit = visit.performer_id, _still_open(visit, now)
    if visit.performer_id != locked:
        raise Refusal("agenda_busy")
    if start == visit.start_at and offer.agenda_id == visit.agenda_id:
        idempotency.complete(actor, claim, visit)
        return visit
    if actor.space != Space.PRACTICE and now > visit.may_cancel_until:
        raise Refusal("cutoff_passed", phone=str(offer.agenda.practice.phone))
    _write.clear_expired_holds({offer.agenda.practitioner_id}, now)
    scoped(actor, Appointment, "hold").filter(performer=offer.agenda.practitioner_id, start_at=start).delete()
    visit = move_under_locks(actor, visit, offer, start, now=now)
    idempotency.complete(actor, claim, visit)
    return visit


def cancel_appointment(
    *, actor: Actor, appointment: UUID, reason: str = "", claim: idempotency.Claim | None = None
) -> Appointment:
    """Cancel a visit. It always frees the slot; after the cut-off it is recorded as late.

    Raises `already_cancelled`, `already_past`.
    """
    visit = get_or_404(actor, Appointment, "change", uid=appointment)

    def work() -> Appointment:
        done = _once.begin(actor, claim)
        if done is not None:
            return done
        lock_performers(visit.performer_id)
        now = clock.now()
        cancelled = _release(actor, _still_open(visit, now), now, reason=reason)
        _news.refresh_listings(cancelled.performer_id)
        idempotency.complete(actor, claim, cancelled)
        return cancelled

    return run_verb(work)


def _release(actor: Actor, visit: Appointment, now: datetime, *, reason: str) -> Appointment:
    by_practice = actor.space == Space.PRACTICE
    status = Status.CANCELLED_BY_PRACTICE if by_practice else Status.CANCELLED_BY_PATIENT
    late = not by_practice and now > visit.may_cancel_until
    former = _history.state_of(visit)
    visit = _write.release(visit, status, at=now, late=late, reason=reason)
    audit.record(actor, "booking.cancel", visit, patient_id=visit.patient_id, practice_id=visit.practice_id, late=late)
    _untold.tell_change(actor, visit, ChangeKind.CANCELLED, former, now=now)
    return visit


def _still_open(visit: Appointment, now: datetime) -> Appointment:
    """The row read again under the lock: still to come and not cancelled meanwhile."""
    current = Appointment.objects.select_related("record__patient", "visit_reason", "agenda").get(pk=visit.pk)
    if current.is_cancelled:
        raise Refusal("already_cancelled")
    if not current.is_open or current.start_at <= now:
        raise Refusal("already_past")
    return current
