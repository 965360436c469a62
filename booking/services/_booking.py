"""Writing one booking under the locks of a public verb: the rules, the row, its audit and its messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from booking.enums import ChangeKind, Channel
from booking.exceptions import Refusal
from booking.models import Appointment
from booking.services import _history, _news, _write
from booking.services._checks import (
    check_answers,
    check_limits,
    check_mode,
    check_start,
    check_welcome,
    offer_now,
)
from core import audit
from core.access import Actor, scoped
from core.compiled_by_actor import ActorQuery
from core.exceptions import NotForYou
from patients.models import Patient
from patients.selectors import verified_contact
from patients.services.records import open_record
from practitioners.enums import Discretion
from practitioners.models import AgendaReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the person asks for beside the slot.

    `patient` None means the account's own identity. `answers` maps the questions' identifiers to yes (true) or no.
    `concealed` hides the visit from other guardians. `replaces` is a visit of theirs given up in the same act;
    `group` ties the visits of a family booked together.
    """

    patient: UUID | None = None
    mode: str | None = None
    note: str = ""
    answers: Mapping[str, bool] | None = None
    channel: str = Channel.WEB
    concealed: bool = False
    replaces: UUID | None = None
    group: UUID | None = None


def resolve_patient(actor: Actor, patient: UUID | None) -> Patient:
    """The person to book for, the account's own identity by default.

    Raises Http404 when it is not for the actor, `identity_missing` when the account has none yet,
    `contact_not_verified` without a verified contact.
    """
    wanted = {"own": actor.user_id or 0} if patient is None else {"uid": patient}
    found = next(iter(_TO_BOOK_FOR.fetch(actor, **wanted)), None)
    if found is None:
        if patient is None:
            raise Refusal("identity_missing")
        raise NotForYou
    if not found.reachable:  # type: ignore[attr-defined]  # annotated
        raise Refusal("contact_not_verified")
    return found


def _to_book_for(actor: Actor, *, own: int | None = None, uid: UUID | None = None) -> QuerySet[Patient]:
    """One of the people the actor may book for, `reachable` when the actor can be written to."""
    mine = scoped(actor, Patient, "book").annotate(reachable=verified_contact(actor))
    wanted = {"uid": uid} if own is None else {"user_id": own}
    return mine.filter(**wanted).order_by("pk")[:1]


_TO_BOOK_FOR = ActorQuery(_to_book_for)


def book_under_locks(
    actor: Actor,
    offer: AgendaReason,
    start: datetime,
    wish: Wish,
    patient: Patient,
    *,
    now: datetime,
    held: Appointment | None = None,
) -> Appointment:
    """Check every rule again and write the visit. The caller holds the locks and has cleared expired holds."""
    current = offer_now(offer)
    answers = check_answers(current, wish.answers)
    offer = current
    mode = check_mode(offer, wish.mode)
    check_start(offer, start, now=now, exclude=held.pk if held else None)
    record = check_welcome(offer, patient, now)
    check_limits(actor, offer, patient, start, now=now)
    visit = _write.Visit(
        record=record or open_record(actor=actor, practice_id=offer.agenda.practice_id, patient=patient),
        mode=mode,
        note=wish.note,
        answers=answers,
        channel=wish.channel,
        concealed=wish.concealed or offer.visit_reason.discretion == Discretion.CONCEALED,
        group=wish.group,
    )
    appointment = _write.place(actor, offer, start, visit, held=held)
    audit.record(
        actor,
        "booking.book",
        appointment,
        patient_id=patient.pk,
        practice_id=appointment.practice_id,
        start=start.isoformat(),
    )
    _history.note(actor, appointment, ChangeKind.BOOKED)
    _news.tell(actor, appointment, to_patient=_news.BOOKED, to_practice=_news.NEW_AT_PRACTICE)
    return appointment
