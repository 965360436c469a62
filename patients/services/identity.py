"""Entering and correcting civil identities."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit, clock, idempotency
from core.access import Actor, get_or_404, may
from core.exceptions import NotForYou
from patients import identity
from patients.enums import LinkOrigin, Sex
from patients.exceptions import PatientRefusal
from patients.majority import is_minor, majority_at
from patients.models import Guardianship, Patient, PatientRecord
from patients.services._accounts import lock_account


def create_own_identity(
    *,
    actor: Actor,
    first_name: str,
    birth_name: str,
    birth_date: date,
    used_name: str = "",
    sex: str = Sex.UNKNOWN,
    claim: idempotency.Claim | None = None,
) -> Patient:
    """Give the account its own civil identity; an account has one. Raises `identity_exists` (409), `invalid_identity`."""
    values = checked_identity(
        first_name=first_name, birth_name=birth_name, used_name=used_name, birth_date=birth_date, sex=sex
    )
    with transaction.atomic():
        done = idempotency.begin(actor, claim)
        if isinstance(done, Patient):
            return done
        account = lock_account(actor)
        if Patient.objects.filter(user=account).exists():
            raise PatientRefusal("identity_exists")
        patient = Patient.objects.create(user=account, **values)
        audit.record(actor, "patients.create_own_identity", patient, patient_id=patient.pk)
        idempotency.complete(actor, claim, patient)
    return patient


def update_patient(*, actor: Actor, patient: UUID, changes: Mapping[str, Any]) -> Patient:
    """Correct an identity: `changes` holds some of first_name, birth_name, used_name, birth_date, sex.

    Another birth date moves the end of the rights that end at 18. Raises NotForYou, `identity_owned` when the person
    has an account of their own, `birth_date_confirmed` once a practice has matched it, `adult_child`,
    `invalid_identity`; TypeError for an unknown field.
    """
    if unknown := set(changes) - set(identity.FIELDS):
        raise TypeError(f"An identity has no {sorted(unknown)}")
    values = checked_identity(**changes)
    with transaction.atomic():
        found = get_or_404(actor, Patient, "read", uid=patient)
        row = Patient.objects.select_for_update().get(pk=found.pk)
        if not may(actor, "edit", row):
            raise PatientRefusal("identity_owned") if may(actor, "read", row) else NotForYou
        changed = sorted(field for field, value in values.items() if getattr(row, field) != value)
        if "birth_date" in changed:
            _move_birth_date(row, values["birth_date"])
        for field in changed:
            setattr(row, field, values[field])
        if changed:
            row.save(update_fields=changed)
            audit.record(actor, "patients.update_patient", row, patient_id=row.pk, fields=changed)
    return row


def checked_identity(**values: Any) -> dict[str, Any]:
    """The values ready to be kept. Raises `invalid_identity` with the code of what is wrong, by field."""
    clean = identity.cleaned(values)
    if problems := identity.problems_of(clean):
        fields = {field: code for field, (code, _sentence) in problems.items()}
        raise PatientRefusal("invalid_identity", fields=fields)
    return clean


def _move_birth_date(patient: Patient, birth_date: date) -> None:
    """Rights that end at 18 follow the birth date; one that was ended by somebody stays ended."""
    proven = (LinkOrigin.CODE, LinkOrigin.DESK)
    if PatientRecord.objects.filter(patient=patient, linked_by__in=proven, merged_into__isnull=True).exists():
        raise PatientRefusal("birth_date_confirmed")
    now = clock.now()
    before, after = majority_at(patient.birth_date), majority_at(birth_date)
    live = Guardianship.objects.select_for_update().active(now).filter(patient=patient)
    by_age = live.filter(ends_at=before)
    if is_minor(birth_date, now):
        by_age.update(ends_at=after)
        live.filter(ends_at__isnull=True).update(ends_at=after)
    elif by_age.exists():
        raise PatientRefusal("adult_child")
