"""What a patient answers to the rescue of a day, alone or by the desk on the phone: takes a start, declines, or cancels."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from booking.enums import ChangeKind, RescueAnswer, Status
from booking.exceptions import Refusal
from booking.models import Appointment, RescueOffer
from booking.selectors.availability import hidden_by
from booking.selectors.rescue_progress import holder_of, open_offer
from booking.services import _news, _once, _write
from booking.services._history import note, state_of
from booking.services._rescue import RescueRefused, answer, free_holds, under_lock
from booking.services._transaction import run_verb
from booking.services.todo import answer_calls, ask_for_calls
from booking.slots import HiddenBy
from core import audit, clock, idempotency
from core.access import Actor, Space, get_or_404
from practitioners.models import AgendaReason

# A start kept on purpose may have come too near, or lie beyond what the public sees: it is still the patient's.
NOT_IN_THE_WAY = {None, HiddenBy.NOTICE, HiddenBy.HORIZON, HiddenBy.QUOTA, HiddenBy.NOT_RELEASED}


def take_offer(*, actor: Actor, appointment: UUID, hold: UUID, claim: idempotency.Claim | None = None) -> Appointment:
    """Move the visit onto one of the starts kept for it; the others are free again, all in one transaction.

    Raises NotForYou for a visit one may not change; `rescue_over`, `rescue_answered`; `hold_expired` for a start that is
    not kept for this visit; `not_offered`, `slot_taken` when the practice closed that hour meanwhile; `agenda_busy`.
    """
    visit = get_or_404(actor, Appointment, "change", uid=appointment)

    def work() -> Appointment:
        done = _once.begin(actor, claim)
        if done is not None:
            return done
        offer, current = _under_lock(visit)
        held = (
            Appointment.objects.filter(
                uid=hold, holder=holder_of(offer), status=Status.HELD, expires_at__gt=clock.now()
            )
            .select_related("agenda__practitioner")
            .first()
        )
        if held is None:
            raise Refusal("hold_expired")
        before, former = state_of(current), current.performer_id
        performers = free_holds([offer])
        _check_still_given(held, current)
        current.overbooked = False
        current = _write.shift(current, held.agenda, held.start_at, held.end_at)
        answer(offer, RescueAnswer.TAKEN)
        _settle_call(actor, current, to_call=False)
        note(actor, current, ChangeKind.MOVED, before=before)
        _record(actor, "booking.take_rescue", current, start=current.start_at, before=before["start"])
        _news.tell(actor, current, to_patient=_news.MOVED, to_practice=_news.MOVED_AT_PRACTICE)
        _news.refresh_listings(former, *performers)
        idempotency.complete(actor, claim, current)
        return current

    return run_verb(work)


def decline_offer(*, actor: Actor, appointment: UUID, claim: idempotency.Claim | None = None) -> Appointment:
    """None of the starts suits: they are free again, and the practice calls; the visit itself stays as it is.

    Raises as `take_offer`.
    """
    visit = get_or_404(actor, Appointment, "change", uid=appointment)

    def work() -> Appointment:
        done = _once.begin(actor, claim)
        if done is not None:
            return done
        offer, current = _under_lock(visit)
        _news.refresh_listings(*free_holds([offer]))
        answer(offer, RescueAnswer.DECLINED)
        _settle_call(actor, current, to_call=True)
        _record(actor, "booking.decline_rescue", current)
        idempotency.complete(actor, claim, current)
        return current

    return run_verb(work)


def give_up_visit(*, actor: Actor, appointment: UUID, claim: idempotency.Claim | None = None) -> Appointment:
    """Cancel the visit instead; never late, as it is the practice that closed the day. Raises as `take_offer`."""
    visit = get_or_404(actor, Appointment, "change", uid=appointment)

    def work() -> Appointment:
        done = _once.begin(actor, claim)
        if done is not None:
            return done
        offer, current = _under_lock(visit)
        before = state_of(current)
        performers = free_holds([offer])
        by_practice = actor.space == Space.PRACTICE
        status = Status.CANCELLED_BY_PRACTICE if by_practice else Status.CANCELLED_BY_PATIENT
        current = _write.release(current, status, at=clock.now(), late=False, reason="")
        answer(offer, RescueAnswer.DECLINED)
        _settle_call(actor, current, to_call=False)
        note(actor, current, ChangeKind.CANCELLED, before=before)
        _record(actor, "booking.cancel", current, late=False)
        _news.tell(actor, current, to_patient=_news.CANCELLED, to_practice=_news.CANCELLED_AT_PRACTICE)
        _news.refresh_listings(current.performer_id, *performers)
        idempotency.complete(actor, claim, current)
        return current

    return run_verb(work)


def _under_lock(visit: Appointment) -> tuple[RescueOffer, Appointment]:
    """The offer and the visit, read again under the locks: still open, still unanswered."""
    found = open_offer(visit)
    if found is None:
        raise RescueRefused(_why_closed(visit))
    under_lock(found.rescue, visit.performer_id)
    offer = open_offer(visit)
    if offer is None or offer.pk != found.pk:
        raise RescueRefused(_why_closed(visit))
    current = Appointment.objects.select_related("record__patient", "visit_reason", "agenda__practitioner").get(
        pk=visit.pk
    )
    if current.performer_id != visit.performer_id:
        raise Refusal("agenda_busy")
    if current.is_cancelled:
        raise Refusal("already_cancelled")
    if not current.is_open:
        raise Refusal("already_past")
    return offer, current


def _why_closed(visit: Appointment) -> str:
    given = (RescueAnswer.TAKEN, RescueAnswer.DECLINED)
    last = RescueOffer.objects.filter(appointment=visit).order_by("-pk").first()
    return "rescue_answered" if last is not None and last.answer in given else "rescue_over"


def _check_still_given(held: Appointment, visit: Appointment) -> None:
    """The practice may have closed that hour since: nobody is sent to a closed door."""
    offer = (
        AgendaReason.objects.filter(agenda=held.agenda_id, visit_reason=held.visit_reason_id)
        .select_related("agenda__location__place", "visit_reason")
        .first()
    )
    if offer is None:
        raise Refusal("not_offered")
    hidden = hidden_by(offer, held.start_at, now=clock.now(), exclude=visit.pk, duration=held.duration)
    if hidden not in NOT_IN_THE_WAY:
        raise Refusal("slot_taken" if hidden in (HiddenBy.TAKEN, HiddenBy.BUFFER) else "not_offered")


def _settle_call(actor: Actor, visit: Appointment, *, to_call: bool) -> None:
    """The desk answers on the phone: the call is made. A patient who finds no start suitable is to be called."""
    if to_call and actor.space != Space.PRACTICE:
        ask_for_calls(actor, [visit])
    else:
        answer_calls(actor, visit)


def _record(actor: Actor, action: str, visit: Appointment, **facts: Any) -> None:
    audit.record(actor, action, visit, patient_id=visit.patient_id, practice_id=visit.practice_id, **facts)
