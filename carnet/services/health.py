"""Writing a profile: who treats, what prevention must know, the lines of history, treatments and allergies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from carnet.conditions import CONDITIONS
from carnet.enums_health import ItemKind, Severity
from carnet.models.health import HealthItem, HealthProfile
from carnet.refusals_health import HealthRefusal
from carnet.services._health import (
    LONGEST_TEXT,
    MOST_ROWS,
    check_revision,
    checked_day,
    checked_text,
    person_of,
)
from core import audit, clock, idempotency
from core.access import Actor, get_or_404
from patients.majority import PARIS
from patients.models import Patient

_TEXTS = {"treating_doctor": 120, "treating_phone": 40, "emergency_note": LONGEST_TEXT}
# An expected birth is at most this far, and its rules last a little after it.
_TERM_AHEAD, _TERM_BEHIND = timedelta(days=290), timedelta(days=200)


def change_profile(
    *, actor: Actor, patient: UUID, changes: Mapping[str, Any], expected_revision: int | None = None
) -> HealthProfile:
    """Write who treats the person, what rescuers must read, the expected day of a birth (`term`).

    Raises NotForYou, `text_too_long`, `term_impossible`, `changed_meanwhile` (409).
    """
    with transaction.atomic():
        person = person_of(actor, patient)
        profile = _profile(actor, person)
        check_revision(expected_revision, profile.revision)
        for name, longest in _TEXTS.items():
            if name in changes:
                setattr(profile, name, checked_text(changes[name] or "", longest=longest, lines=True))
        if "term" in changes:
            profile.term = _checked_term(changes["term"])
        _save(actor, profile)
        audit.record(actor, "carnet.change_profile", profile, patient_id=person.pk, fields=sorted(changes))
    return profile


def answer_conditions(*, actor: Actor, patient: UUID, answers: Mapping[str, bool | None]) -> HealthProfile:
    """Say yes, no, or nothing any more (None) to questions of prevention. Raises NotForYou, `unknown_condition`."""
    unknown = sorted(set(answers) - set(CONDITIONS))
    if unknown:
        raise HealthRefusal("unknown_condition", codes=unknown)
    with transaction.atomic():
        person = person_of(actor, patient)
        profile = _profile(actor, person)
        kept = {**profile.conditions, **answers}
        profile.conditions = {code: value for code, value in kept.items() if value is not None}
        _save(actor, profile)
        # The answers themselves stay out of the journal: what they are about is health.
        audit.record(actor, "carnet.answer_conditions", profile, patient_id=person.pk, count=len(answers))
    return profile


def add_item(
    *,
    actor: Actor,
    patient: UUID,
    kind: str,
    label: str,
    details: str = "",
    severity: str = "",
    began_on: date | None = None,
    ended_on: date | None = None,
    confidential: bool = False,
    claim: idempotency.Claim | None = None,
) -> HealthItem:
    """Write one line; `confidential` keeps it from relatives, when the person says so themselves.

    Raises NotForYou, `text_missing`, `date_impossible`, `severity_of_allergy`, `too_many`.
    """
    with transaction.atomic():
        done = idempotency.begin(actor, claim)
        if isinstance(done, HealthItem):
            return done
        person = person_of(actor, patient)
        if HealthItem.objects.filter(patient=person).count() >= MOST_ROWS:
            raise HealthRefusal("too_many", most=MOST_ROWS)
        item = HealthItem(patient=person, kind=ItemKind(kind), author_id=actor.user_id)
        _fill(item, person, label, details, severity, began_on, ended_on)
        item.confidential = confidential and person.user_id == actor.user_id
        item.save()
        audit.record(actor, "carnet.add_item", item, patient_id=person.pk, kind=str(item.kind))
        idempotency.complete(actor, claim, item)
    return item


def change_item(
    *,
    actor: Actor,
    item: UUID,
    label: str,
    details: str = "",
    severity: str = "",
    began_on: date | None = None,
    ended_on: date | None = None,
    confidential: bool | None = None,
    expected_revision: int | None = None,
) -> HealthItem:
    """Write a line again; `confidential` stays as it is when nothing is said.

    Raises as `add_item`, and `changed_meanwhile` (409).
    """
    with transaction.atomic():
        found = get_or_404(actor, HealthItem, "change", uid=item)
        person = person_of(actor, found.patient.uid)
        found.refresh_from_db()
        check_revision(expected_revision, found.revision)
        _fill(found, person, label, details, severity, began_on, ended_on)
        if confidential is not None and person.user_id == actor.user_id:
            found.confidential = confidential
        found.revision += 1
        found.save()
        audit.record(actor, "carnet.change_item", found, patient_id=person.pk, kind=str(found.kind))
    return found


def end_item(*, actor: Actor, item: UUID, ended_on: date | None = None) -> HealthItem:
    """Say that a treatment or an illness is over, today unless a day is given. Raises NotForYou, `date_impossible`."""
    with transaction.atomic():
        found = get_or_404(actor, HealthItem, "change", uid=item)
        person = person_of(actor, found.patient.uid)
        found.refresh_from_db()
        day = checked_day(person, ended_on or clock.today(PARIS))
        if found.began_on and day < found.began_on:
            raise HealthRefusal("dates_out_of_order")
        found.ended_on, found.revision = day, found.revision + 1
        found.save(update_fields=["ended_on", "revision", "updated_at"])
        audit.record(actor, "carnet.end_item", found, patient_id=person.pk, kind=str(found.kind))
    return found


def remove_item(*, actor: Actor, item: UUID) -> None:
    """Erase a line written by mistake. Raises NotForYou."""
    with transaction.atomic():
        found = get_or_404(actor, HealthItem, "change", uid=item)
        person = person_of(actor, found.patient.uid)
        audit.record(actor, "carnet.remove_item", found, patient_id=person.pk, kind=str(found.kind))
        found.delete()


def _profile(actor: Actor, person: Patient) -> HealthProfile:
    return HealthProfile.objects.get_or_create(patient=person, defaults={"author_id": actor.user_id})[0]


def _save(actor: Actor, profile: HealthProfile) -> None:
    profile.revision += 1
    profile.author_id = profile.author_id or actor.user_id
    profile.save()


def _checked_term(term: date | None) -> date | None:
    today = clock.today(PARIS)
    if term is not None and not today - _TERM_BEHIND <= term <= today + _TERM_AHEAD:
        raise HealthRefusal("term_impossible")
    return term


def _fill(
    item: HealthItem,
    person: Patient,
    label: str,
    details: str,
    severity: str,
    began_on: date | None,
    ended_on: date | None,
) -> None:
    item.label = checked_text(label, needed=True)
    item.details = checked_text(details, longest=LONGEST_TEXT, lines=True)
    if severity and item.kind != ItemKind.ALLERGY:
        raise HealthRefusal("severity_of_allergy")
    item.severity = Severity(severity) if severity else ""
    item.began_on = checked_day(person, began_on) if began_on else None
    item.ended_on = checked_day(person, ended_on) if ended_on else None
    if item.began_on and item.ended_on and item.ended_on < item.began_on:
        raise HealthRefusal("dates_out_of_order")
