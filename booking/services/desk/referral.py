"""Booking at a colleague's for a patient of one's own: the visit is theirs, the referring practice keeps when and where."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from booking.enums import ChangeKind, Channel, Status
from booking.exceptions import Refusal
from booking.models import Appointment, AppointmentChange, Referral
from booking.selectors.desk_referral import offer_to_refer
from booking.selectors.history import last_change
from booking.services import _history, _news, _once, _untold, _write
from booking.services._checks import check_mode, check_start, whole_minute
from booking.services._locks import lock_performers
from booking.services._transaction import run_verb
from booking.services.desk.booking import lock_file
from core import audit, clock, idempotency, ratelimit
from core.access import Actor, get_or_404
from core.exceptions import NotForYou
from patients.models import PatientRecord
from patients.services.referred import file_from_colleague
from practitioners.enums import Discretion
from practitioners.models import AgendaReason

WORD_AT_MOST = 1000
PER_HOUR = 60


def refer_patient(
    *,
    actor: Actor,
    record: UUID,
    agenda: UUID,
    visit_reason: UUID,
    start: datetime,
    agreed: bool,
    word: str = "",
    claim: idempotency.Claim | None = None,
) -> Appointment:
    """Book, for a file that the actor opens, a time that a colleague keeps for referrals, under the colleague's terms.

    The other practice gets the identity and the contact in the file, and `word`; `agreed` says that the patient was told
    so and agrees. The patient and the other practice are told after the minutes in which `withdraw_referral` is possible.

    Raises NotForYou (also for an offer not kept for colleagues), `patient_not_asked`, `patient_deceased`,
    `word_too_long`, the refusals of a start (with alternatives), `agenda_busy`, `too_many_requests`.
    """
    file = get_or_404(actor, PatientRecord, "work", uid=record)
    offer, start = offer_to_refer(actor, agenda, visit_reason), whole_minute(start)
    if not agreed:
        raise Refusal("patient_not_asked")
    if len(word) > WORD_AT_MOST:
        raise Refusal("word_too_long", at_most=WORD_AT_MOST)
    ratelimit.spend("booking.refer", f"practice:{actor.practice_id}", limit=PER_HOUR, per=timedelta(hours=1))
    return run_verb(lambda: _refer(actor, file, offer, start, word.strip(), claim), offer=offer, start=start)


def _refer(
    actor: Actor, file: PatientRecord, offer: AgendaReason, start: datetime, word: str, claim: idempotency.Claim | None
) -> Appointment:
    done = _once.begin(actor, claim)
    if done is not None:
        return done
    file = lock_file(actor, file.uid, {offer.agenda.practitioner_id})
    now = clock.now()
    offer = _still_kept(actor, offer)
    mode = check_mode(offer, None)
    check_start(offer, start, now=now)
    there = file_from_colleague(actor=actor, file=file, practice=offer.agenda.practice)
    concealed = offer.visit_reason.discretion == Discretion.CONCEALED
    wish = _write.Visit(record=there, mode=mode, channel=Channel.REFERRAL, concealed=concealed)
    visit = _write.place(actor, offer, start, wish)
    referral = Referral.objects.create(
        appointment=visit, practice_id=file.practice_id, record=file, referred_by_id=actor.user_id, word=word
    )
    tell_at = now if _history.is_late(now, start) else now + _history.TELL_AFTER
    _history.note(actor, visit, ChangeKind.BOOKED, tell_at=tell_at)
    _journal(actor, "booking.refer", referral, visit, start=start.isoformat())
    _untold.settle(actor, visit, None, due_at=tell_at)
    _news.refresh_listings(visit.performer_id)
    idempotency.complete(actor, claim, visit)
    return visit


def withdraw_referral(*, actor: Actor, referral: UUID) -> Appointment:
    """Take back what was booked at a colleague's before anybody was told of it; the time is free again, nobody is told.

    Raises NotForYou; `undo_over` once it was told, `changed_meanwhile` when the other practice or the patient changed it.
    """
    found = get_or_404(actor, Referral, "read", uid=referral)

    def work() -> Appointment:
        lock_performers(found.appointment.performer_id)
        now = clock.now()
        visit = Appointment.objects.select_related("record__patient", "visit_reason", "agenda").get(
            pk=found.appointment_id
        )
        change = _only_change(visit)
        if change.tell_at is None or change.tell_at <= now:
            raise Refusal("undo_over")
        before = _history.state_of(visit)
        visit = _write.release(visit, Status.CANCELLED_BY_PRACTICE, at=now, late=False, reason="")
        change.undone_at = now
        change.save(update_fields=["undone_at"])
        _history.note(actor, visit, ChangeKind.UNDONE, before=before)
        _journal(actor, "booking.withdraw_referral", found, visit)
        _untold.settle(actor, visit, before, due_at=change.tell_at, call=False)
        _news.refresh_listings(visit.performer_id)
        return visit

    return run_verb(work)


def _only_change(visit: Appointment) -> AppointmentChange:
    """The booking itself, while nothing came after it."""
    change = last_change(visit)
    if change is None or change.kind != ChangeKind.BOOKED or change.after != _history.state_of(visit):
        raise Refusal("changed_meanwhile")
    return change


def _still_kept(actor: Actor, offer: AgendaReason) -> AgendaReason:
    """The offer read again under the locks. Raises `not_offered` when colleagues book it no more."""
    try:
        return offer_to_refer(actor, offer.agenda.uid, offer.visit_reason.uid)
    except NotForYou as gone:
        raise Refusal("not_offered") from gone


def _journal(actor: Actor, action: str, referral: Referral, visit: Appointment, **facts: str) -> None:
    """One row for each practice: what the one sent, what the other received."""
    for practice_id in dict.fromkeys((visit.practice_id, referral.practice_id)):
        audit.record(
            actor, action, visit, patient_id=visit.patient_id, practice_id=practice_id, referral=referral.pk, **facts
        )
