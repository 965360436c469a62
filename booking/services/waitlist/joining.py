"""Joining the waitlist: a person for herself or a relative, or a caller whom the desk writes down."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.enums import Status, WaitlistState
from booking.exceptions import Refusal
from booking.models import Appointment, WaitlistEntry, WaitlistWindow
from booking.selectors.desk_slots import desk_offers
from booking.selectors.offers import find_offer, offered_modes
from booking.services._booking import resolve_patient
from booking.services._checks import check_answers, check_welcome, offer_now
from booking.services._transaction import run_verb
from booking.services.waitlist._frame import WaitlistRefused, record
from booking.waitlist import Window
from core import clock, idempotency, locks
from core.access import Actor, get_or_404
from patients.models import Patient, PatientRecord
from practitioners.models import Agenda, AgendaReason

ENTRIES_AT_MOST = 10
AGENDAS_AT_MOST = 20
WINDOWS_AT_MOST = 28
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The days and hours that suit, on the clock of the place; nothing said: any. Dates are included."""

    windows: Sequence[Window] = ()
    earliest_on: date | None = None
    latest_on: date | None = None


def join_waitlist(
    *,
    actor: Actor,
    visit_reason: UUID,
    agendas: Sequence[UUID],
    when: When,
    patient: UUID | None = None,
    mode: str = "",
    answers: Mapping[str, bool] | None = None,
    claim: idempotency.Claim | None = None,
) -> WaitlistEntry:
    """Get in line for a reason with one or several practitioners of a practice; oneself unless `patient` says whom for.

    A visit that the person already has for the reason is the one an acceptance moves. The rules of online booking are
    those of joining, so that nobody waits for what they could not book.

    Raises Http404 for what one may not know; `waitlist_twice`, `waitlist_full`, `waitlist_dates`, `waitlist_windows`,
    `waitlist_agendas`; `not_offered`, `not_bookable`, `mode_not_offered`, `blocked`, `new_patients_refused`,
    `known_patients_refused`, `answers_required`, `refused_by_answers`, `contact_not_verified`, `identity_missing`.
    """
    offers = [find_offer(actor, agenda, visit_reason) for agenda in _distinct(agendas)]
    _check_when(when, offers[0])

    def work() -> WaitlistEntry:
        done = idempotency.begin(actor, claim)
        if done is not None:
            return cast(WaitlistEntry, done)
        person = resolve_patient(actor, patient)
        locks.take((locks.PATIENT, [person.pk]))
        current = [offer_now(offer) for offer in offers]
        kept = check_answers(current[0], answers)
        for offer in current:
            check_welcome(offer, person, clock.now())
        _check_mode(current, mode)
        _check_room(actor, person, current[0])
        entry = WaitlistEntry(
            patient=person, user_id=actor.user_id, mode=mode, answers=json.dumps(dict(answers or {})) if kept else ""
        )
        _write(actor, entry, current, when)
        record(actor, "booking.join_waitlist", entry, agendas=[offer.agenda_id for offer in current])
        idempotency.complete(actor, claim, entry)
        return entry

    return run_verb(work)


def enlist_caller(
    *,
    actor: Actor,
    record_uid: UUID,
    visit_reason: UUID,
    agendas: Sequence[UUID],
    when: When,
    mode: str = "",
    claim: idempotency.Claim | None = None,
) -> WaitlistEntry:
    """Put a caller in line from the practice's file, for agendas that the actor runs; reasons taken by phone too.

    Raises NotForYou; `not_offered`, `mode_not_offered`, `blocked`, `patient_deceased`, `waitlist_twice`,
    `waitlist_dates`, `waitlist_windows`, `waitlist_agendas`.
    """
    offers = _desk_offers(actor, _distinct(agendas), visit_reason)
    _check_when(when, offers[0])

    def work() -> WaitlistEntry:
        done = idempotency.begin(actor, claim)
        if done is not None:
            return cast(WaitlistEntry, done)
        file = get_or_404(actor, PatientRecord, "work", uid=record_uid)
        if file.deceased_on is not None or (file.patient is not None and file.patient.deceased_on is not None):
            raise Refusal("patient_deceased")
        if file.blocked_at is not None:
            raise Refusal("blocked")
        _check_mode(offers, mode)
        if file.patient_id is not None:
            locks.take((locks.PATIENT, [file.patient_id]))
        mine = WaitlistEntry.objects.filter(state=WaitlistState.WAITING, visit_reason=offers[0].visit_reason)
        same = mine.filter(record=file) | mine.filter(patient=file.patient_id or 0)
        if same.exists():
            raise WaitlistRefused("waitlist_twice")
        entry = WaitlistEntry(record=file, patient=file.patient, created_by_id=actor.user_id, mode=mode)
        _write(actor, entry, offers, when)
        record(actor, "booking.enlist_caller", entry, agendas=[offer.agenda_id for offer in offers])
        idempotency.complete(actor, claim, entry)
        return entry

    return run_verb(work)


def _desk_offers(actor: Actor, agendas: Sequence[UUID], visit_reason: UUID) -> list[AgendaReason]:
    """How agendas whose hours the actor writes offer the reason, online or not. Raises NotForYou, `not_offered`."""
    for agenda in agendas:
        get_or_404(actor, Agenda, "arrange", uid=agenda)
    found = list(desk_offers(actor, visit_reasons=[visit_reason], agendas=agendas))
    if len(found) < len(agendas):
        raise Refusal("not_offered")
    return found


def _write(actor: Actor, entry: WaitlistEntry, offers: Sequence[AgendaReason], when: When) -> None:
    entry.practice_id = offers[0].agenda.practice_id
    entry.visit_reason = offers[0].visit_reason
    entry.earliest_on, entry.latest_on = when.earliest_on, when.latest_on
    entry.joined_at = clock.now()
    entry.appointment = _current_visit(entry)
    entry.save()
    entry.agendas.set([offer.agenda_id for offer in offers])
    WaitlistWindow.objects.bulk_create(
        [WaitlistWindow(entry=entry, weekday=one.weekday, start=one.start, end=one.end) for one in when.windows]
    )


def _current_visit(entry: WaitlistEntry) -> Appointment | None:
    """The person's next visit for this reason in this practice, which an acceptance moves."""
    coming = Appointment.objects.filter(
        practice=entry.practice_id, visit_reason=entry.visit_reason_id, status=Status.BOOKED, start_at__gt=clock.now()
    )
    own = coming.filter(record__patient=entry.patient_id) if entry.patient_id else coming.filter(record=entry.record_id)
    return own.order_by("start_at", "pk").first()


def _check_room(actor: Actor, person: Patient, offer: AgendaReason) -> None:
    waiting = WaitlistEntry.objects.filter(state=WaitlistState.WAITING)
    if waiting.filter(patient=person, visit_reason=offer.visit_reason_id).exists():
        raise WaitlistRefused("waitlist_twice")
    if waiting.filter(user=actor.user_id).count() >= ENTRIES_AT_MOST:
        raise WaitlistRefused("waitlist_full")


def _check_mode(offers: Sequence[AgendaReason], mode: str) -> None:
    if mode and not any(mode in offered_modes(offer) for offer in offers):
        raise Refusal("mode_not_offered", modes=sorted({one for offer in offers for one in offered_modes(offer)}))


def _check_when(when: When, offer: AgendaReason) -> None:
    today = clock.today(ZoneInfo(offer.agenda.location.timezone))
    if when.latest_on is not None and when.latest_on < (when.earliest_on or today):
        raise WaitlistRefused("waitlist_dates")
    for day in (when.earliest_on, when.latest_on):
        if day is not None and not today <= day <= today + FARTHEST:
            raise WaitlistRefused("waitlist_dates")
    if len(when.windows) > WINDOWS_AT_MOST:
        raise WaitlistRefused("waitlist_windows")
    seen: set[tuple[int, time]] = set()
    for window in when.windows:
        upside_down = window.end <= window.start and window.end != time()
        if not 0 <= window.weekday <= 6 or upside_down or (window.weekday, window.start) in seen:
            raise WaitlistRefused("waitlist_windows")
        seen.add((window.weekday, window.start))


def _distinct(agendas: Sequence[UUID]) -> list[UUID]:
    """Each agenda once. Raises `waitlist_agendas` for none or too many."""
    found = list(dict.fromkeys(agendas))
    if not 1 <= len(found) <= AGENDAS_AT_MOST:
        raise WaitlistRefused("waitlist_agendas")
    return found
