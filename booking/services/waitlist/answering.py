"""Answers to an offer: taking the time books it or moves the visit one has; declining gives it to the next in line."""

from __future__ import annotations

import json
from uuid import UUID

from booking.enums import Channel, Status, WaitlistAnswer, WaitlistState
from booking.exceptions import Refusal
from booking.models import Appointment, WaitlistOffer
from booking.selectors.waitlist_line import current_visits
from booking.services import _news, _once
from booking.services._booking import Wish, book_under_locks, resolve_patient
from booking.services._locks import lock_booking
from booking.services._moving import move_under_locks
from booking.services._transaction import run_verb
from booking.services.waitlist._by_desk import book_for_caller, move_for_caller
from booking.services.waitlist._frame import WaitlistRefused, check_live, close, holder_of, record, terms_of, under_lock
from booking.services.waitlist.offering import go_on
from core import clock, idempotency
from core.access import Actor, Space, get_or_404
from practitioners.models import AgendaReason


def accept_offer(
    *, actor: Actor, offer: UUID, channel: str = Channel.WEB, claim: idempotency.Claim | None = None
) -> Appointment:
    """Take the time that is kept: the visit one has moves there and its old time is free, without one it is booked.

    One act, by the rules of online booking; on any refusal the visit keeps its time. Accepting twice gives the same
    visit. Raises NotForYou; `offer_over` when it was answered, has ended, or is later than the visit one has;
    `cutoff_passed`; the refusals of a start and of a booking; `agenda_busy`.
    """
    return accept(actor, get_or_404(actor, WaitlistOffer, "answer", uid=offer), channel=channel, claim=claim)


def accept(
    actor: Actor, found: WaitlistOffer, *, channel: str = Channel.WEB, claim: idempotency.Claim | None = None
) -> Appointment:
    """The same for an offer that a signed link names; only for a caller of the desk, who has no account to sign in with."""
    terms = terms_of(found)

    def work() -> Appointment:
        done = _once.begin(actor, claim)
        if done is not None:
            return done
        current, visit = _under_locks(found)
        if current.answer == WaitlistAnswer.ACCEPTED and current.entry.appointment is not None:
            idempotency.complete(actor, claim, current.entry.appointment)
            return current.entry.appointment
        check_live(current)
        if visit is not None and visit.start_at <= current.start_at:
            raise WaitlistRefused("offer_over", answer=current.answer)
        former = visit.performer_id if visit is not None else current.agenda.practitioner_id
        taken = _take(actor, current, visit, terms, channel)
        close(current, WaitlistAnswer.ACCEPTED, keep_hold=True)
        entry = current.entry
        entry.state, entry.ended_at, entry.appointment = WaitlistState.PLACED, clock.now(), taken
        entry.save(update_fields=["state", "ended_at", "appointment"])
        record(actor, "booking.accept_waitlist", entry, offer=str(current.uid), visit=str(taken.uid))
        _news.refresh_listings(former, taken.performer_id)
        idempotency.complete(actor, claim, taken)
        return taken

    return run_verb(work, offer=terms, start=found.start_at, duration=found.end_at - found.start_at)


def decline_offer(*, actor: Actor, offer: UUID, claim: idempotency.Claim | None = None) -> WaitlistOffer:
    """Not this time: it goes to the next in line, and one keeps one's place. Declining twice changes nothing.

    Raises NotForYou, `offer_over`, `agenda_busy`.
    """
    return decline(actor, get_or_404(actor, WaitlistOffer, "answer", uid=offer), claim=claim)


def decline(actor: Actor, found: WaitlistOffer, *, claim: idempotency.Claim | None = None) -> WaitlistOffer:
    """The same for an offer that a signed link names."""

    def work() -> WaitlistOffer:
        done = idempotency.begin(actor, claim)
        if isinstance(done, WaitlistOffer):
            return done
        current = under_lock(found)
        if current.answer != WaitlistAnswer.DECLINED:
            check_live(current)
            close(current, WaitlistAnswer.DECLINED)
            record(actor, "booking.decline_waitlist", current.entry, offer=str(current.uid))
            go_on(actor, current)
        idempotency.complete(actor, claim, current)
        return current

    return run_verb(work)


def _under_locks(found: WaitlistOffer) -> tuple[WaitlistOffer, Appointment | None]:
    """The offer and the visit that it would move, read again under the locks of both practitioners and the person."""
    before = current_visits([found.entry], now=clock.now()).get(found.entry_id)
    performers = {found.agenda.practitioner_id, *([before.performer_id] if before is not None else [])}
    patient = found.entry.patient_id
    lock_booking(performers=performers, patients=[patient] if patient is not None else [])
    current = under_lock(found)
    visit = current_visits([current.entry], now=clock.now()).get(current.entry_id)
    if visit is not None and visit.performer_id not in performers:
        raise Refusal("agenda_busy")
    return current, visit


def _take(
    actor: Actor, current: WaitlistOffer, visit: Appointment | None, terms: AgendaReason | None, channel: str
) -> Appointment:
    entry, start, now = current.entry, current.start_at, clock.now()
    if terms is None:
        raise Refusal("not_offered")
    held = Appointment.objects.filter(holder=holder_of(current), status=Status.HELD).first()
    online = actor.space == Space.PATIENT and not entry.by_desk and entry.patient is not None
    if visit is not None:
        if held is not None:
            held.delete()
        if not online:
            return move_for_caller(actor, visit, terms, start, now=now)
        if now > visit.may_cancel_until:
            raise Refusal("cutoff_passed", phone=str(terms.agenda.practice.phone))
        return move_under_locks(actor, visit, terms, start, now=now)
    if not online:
        return book_for_caller(actor, entry, terms, start, held=held, now=now)
    person = resolve_patient(actor, entry.patient.uid)  # type: ignore[union-attr]
    answers = json.loads(entry.answers) if entry.answers else None
    wish = Wish(patient=person.uid, mode=entry.mode or None, answers=answers, channel=channel)
    return book_under_locks(actor, terms, start, wish, person, held=held, now=now)
