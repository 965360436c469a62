"""The rules of writing, each checked again under the locks with the code of the public list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from booking.calendar import LONGEST_VISIT
from booking.enums import OCCUPYING, OPEN, Status
from booking.exceptions import Refusal
from booking.models import Appointment
from booking.selectors.availability import hidden_by
from booking.selectors.offers import Offer, offer_as_it_is, offered_modes
from booking.slots import HiddenBy
from core import clock
from core.access import Actor, Space, scoped
from core.compiled import CompiledQuery
from core.compiled_by_actor import ActorQuery
from patients.models import Patient, PatientRecord
from practitioners.enums import Audience
from practitioners.models import AgendaReason, VisitQuestion

EXISTING_SHOWN = 3
CODES = {
    HiddenBy.TAKEN: "slot_taken",
    HiddenBy.BUFFER: "slot_taken",
    HiddenBy.QUOTA: "slot_taken",
    HiddenBy.PAST: "notice_too_short",
    HiddenBy.NOTICE: "notice_too_short",
    HiddenBy.HORIZON: "beyond_horizon",
}


def whole_minute(start: datetime) -> datetime:
    """The start as the engine reads it: its seconds are cut off. Every verb writes this, never what was sent."""
    return start.replace(second=0, microsecond=0)


def check_start(
    offer: AgendaReason,
    start: datetime,
    *,
    now: datetime,
    exclude: int | None = None,
    duration: timedelta | None = None,
) -> None:
    """Refuse a start that the public list would not show at this instant."""
    hidden = hidden_by(offer, start, now=now, exclude=exclude, duration=duration)
    if hidden is not None:
        raise Refusal(CODES.get(hidden, "not_offered"), rule=hidden.value)


def refuse_taken(actor: Actor, offer: AgendaReason, start: datetime) -> None:
    """Refuse at once a start whose time is somebody else's: one statement, for those who would have to wait for a lock.

    Says less than `check_start`, which has the last word under the lock. Raises `slot_taken`.
    """
    taken = Appointment.objects.filter(
        performer=offer.agenda.practitioner_id,
        status__in=OCCUPYING,
        start_at__gt=start - LONGEST_VISIT,
        start_at__lt=start + timedelta(minutes=offer.duration_minutes),
        end_at__gt=start,
    ).exclude(status=Status.HELD, expires_at__lte=clock.now())
    if taken.exclude(pk__in=scoped(actor, Appointment, "hold").values("pk")).exists():
        raise Refusal("slot_taken", rule=HiddenBy.TAKEN.value)


def offer_now(offer: AgendaReason) -> Offer:
    """The offer read again under the locks: what was shown an hour ago may be closed or changed.

    Raises `not_offered` when it is gone, `not_bookable` when any online block is open.
    """
    current = offer_as_it_is(offer)
    if current is None:
        raise Refusal("not_offered")
    if current.closed_online:
        raise Refusal("not_bookable", phone=str(offer.agenda.practice.phone))
    return current


def check_mode(offer: AgendaReason, mode: str | None) -> str:
    """The mode of the visit: the wanted one, or the only or first one offered."""
    modes = offered_modes(offer)
    if not modes:
        raise Refusal("not_offered")
    if mode is None:
        return modes[0]
    if mode not in modes:
        raise Refusal("mode_not_offered", modes=modes)
    return mode


def check_welcome(offer: AgendaReason, patient: Patient, now: datetime) -> PatientRecord | None:
    """Known-patient, new-patient and block rules of this practice; the same answer to everyone not linked.

    Who was invited is welcome, unless blocked.
    Returns the practice's file on the patient, if there is one.
    """
    record = next(iter(_record_of_pair().fetch({_PRACTICE: offer.agenda.practice_id, _PATIENT: patient.pk})), None)
    if record is not None and (record.blocked_at is not None or record.deceased_on is not None):
        raise Refusal("blocked", phone=str(offer.agenda.practice.phone))
    if getattr(offer, "invited", False) or (offer.audience == Audience.EVERYONE and offer.agenda.accepts_new_patients):
        return record
    known = record is not None and is_known(record, now)
    if known and offer.audience == Audience.NEW:
        raise Refusal("known_patients_refused")
    if not known and (offer.audience == Audience.KNOWN or not offer.agenda.accepts_new_patients):
        raise Refusal("new_patients_refused", phone=str(offer.agenda.practice.phone))
    return record


# Marks in the place of values, in the statement that is made once.
_PRACTICE, _PATIENT = -1, -2


@lru_cache(maxsize=1)
def _record_of_pair() -> CompiledQuery[PatientRecord]:
    kept = PatientRecord.objects.filter(practice=_PRACTICE, patient=_PATIENT, merged_into__isnull=True)
    return CompiledQuery(kept.order_by("pk")[:1])


def is_known(record: PatientRecord, now: datetime) -> bool:
    """Known by the desk, by a code, or by a visit that took place; a cancelled first booking leaves one new."""
    if record.known_since is not None:
        return True
    came = Q(status__in=(Status.SEEN, Status.ARRIVED)) | Q(status=Status.BOOKED, end_at__lt=now)
    return Appointment.objects.filter(came, record=record).exists()


def check_limits(
    actor: Actor,
    offer: AgendaReason,
    patient: Patient,
    start: datetime,
    *,
    now: datetime,
) -> None:
    """One visit per specialty within N days, and a ceiling of visits to come, per patient and not per account.

    Only visits that the actor may see count, so that a refusal never reveals one hidden from them. `existing`
    lists them for "keep or replace"; the practice concerned is never told.
    """
    days = timedelta(days=offer.agenda.repeat_limit_days)
    found = _TO_COME.fetch(
        actor,
        offer.agenda.upcoming_limit + EXISTING_SHOWN,
        patient=patient.pk,
        specialty=offer.visit_reason.specialty_id,
        practice=offer.agenda.practice_id,
        after=start - days,
        before=start + days,
        at=now,
    )
    existing = [row for row in found if row.is_near and days]  # type: ignore[attr-defined]  # annotated
    if existing:
        refusal = Refusal("limit_reached")
        refusal.show_existing(existing[:EXISTING_SHOWN])
        raise refusal
    if sum(row.practice_id == offer.agenda.practice_id for row in found) >= offer.agenda.upcoming_limit:
        raise Refusal("too_many_upcoming")


def _to_come(
    actor: Actor,
    shown: int,
    *,
    patient: int,
    specialty: int | None,
    practice: int,
    after: datetime,
    before: datetime,
    at: datetime,
) -> QuerySet[Appointment]:
    """The patient's visits to come that the actor may see, of the specialty around a start (`is_near`) or of the practice."""
    near = Q(specialty_id=specialty, start_at__gt=after, start_at__lt=before)
    return (
        scoped(actor, Appointment, "read")
        .filter(near | Q(practice=practice), record__patient=patient, status__in=OPEN, end_at__gt=at)
        .annotate(is_near=ExpressionWrapper(near, output_field=BooleanField()))
        .select_related("performer", "agenda__location")
        .order_by("-is_near", "start_at")[:shown]
    )


_TO_COME = ActorQuery(_to_come)


def check_move(actor: Actor, offer: AgendaReason, visit: Appointment, start: datetime, *, now: datetime) -> None:
    """What a patient could not book there, they do not reach by moving; the practice moves as it likes.

    A visit keeps the welcome its own agenda once gave, unless the practice has blocked the person since. Visits that
    were as near before the move do not stand in its way. Raises as `check_welcome`, and `limit_reached`.
    """
    patient = visit.record.patient if visit.record else None
    if patient is None or actor.space == Space.PRACTICE:
        return
    try:
        check_welcome(offer, patient, now)
    except Refusal as refusal:
        if refusal.code == "blocked" or offer.agenda_id != visit.agenda_id:
            raise
    days = timedelta(days=offer.agenda.repeat_limit_days)
    others = (
        scoped(actor, Appointment, "read")
        .filter(record__patient=patient, status__in=OPEN, end_at__gt=now, specialty_id=visit.specialty_id)
        .exclude(pk=visit.pk)
    )
    newly_near = others.filter(start_at__gt=start - days, start_at__lt=start + days).exclude(
        start_at__gt=visit.start_at - days, start_at__lt=visit.start_at + days
    )
    existing = list(newly_near.select_related("performer", "agenda__location").order_by("start_at")[:EXISTING_SHOWN])
    if existing:
        limit = Refusal("limit_reached")
        limit.show_existing(existing)
        raise limit


def check_answers(offer: Offer, answers: Mapping[str, bool] | None) -> str:
    """The answers to keep, as JSON for the encrypted column.

    Every question must be answered by true or false; an answer that stops the booking is `refused_by_answers`,
    with the practice's sentence and the reason to take instead, if any.
    """
    if not offer.has_questions:
        return ""
    questions = list(VisitQuestion.objects.filter(visit_reason=offer.visit_reason_id).select_related("redirect_to"))
    if not questions:
        return ""
    given = dict(answers or {})
    missing = [str(question.uid) for question in questions if not isinstance(given.get(str(question.uid)), bool)]
    if missing:
        raise Refusal("answers_required", questions=missing)
    for question in questions:
        if question.refuse_on is not None and given[str(question.uid)] is question.refuse_on:
            target = question.redirect_to
            raise Refusal(
                "refused_by_answers",
                refusal=question.refusal,
                redirect_to=None if target is None else {"id": str(target.uid), "name": target.name},
            )
    kept = [{"question": question.text, "answer": given[str(question.uid)]} for question in questions]
    return json.dumps(kept, ensure_ascii=False)
