"""Adding a relative one acts for, and taking one off the list."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from core import audit, clock, idempotency, ratelimit
from core.access import Actor, get_or_404, scoped
from patients.enums import Level, Relation, Sex
from patients.exceptions import PatientRefusal
from patients.majority import is_minor, majority_at
from patients.models import Guardianship, Patient
from patients.naming import name_key
from patients.services._accounts import lock_account
from patients.services._ending import end_right
from patients.services.identity import checked_identity

MOST_RELATIVES = 15


def add_relative(
    *,
    actor: Actor,
    relation: str,
    first_name: str,
    birth_name: str,
    birth_date: date,
    used_name: str = "",
    sex: str = Sex.UNKNOWN,
    attested: bool = False,
    claim: idempotency.Claim | None = None,
) -> Patient:
    """Add somebody one declares to act for; the right begins at once, at the level `declared`.

    A minor's ends at their 18th birthday, 00:00 in Paris. Raises `attestation_required`, `adult_child`,
    `too_many_relatives`, `relative_exists` (409), `invalid_identity`, `too_many_requests` (429).
    """
    values = checked_identity(
        first_name=first_name, birth_name=birth_name, used_name=used_name, birth_date=birth_date, sex=sex
    )
    if attested is not True:
        raise PatientRefusal("attestation_required")
    now = clock.now()
    minor = is_minor(birth_date, now)
    if relation == Relation.CHILD and not minor:
        raise PatientRefusal("adult_child")
    ratelimit.spend("patients.add_relative", f"user:{actor.user_id}", limit=30, per=timedelta(days=1))
    with transaction.atomic():
        done = idempotency.begin(actor, claim)
        if isinstance(done, Patient):
            return done
        account = lock_account(actor)
        _check_room(actor, values)
        patient = Patient.objects.create(**values)
        Guardianship.objects.create(
            user=account,
            patient=patient,
            relation=Relation(relation),
            level=Level.DECLARED,
            attested_at=now,
            accepted_at=now,
            starts_at=now,
            ends_at=majority_at(birth_date) if minor else None,
        )
        audit.record(
            actor, "patients.add_relative", patient, patient_id=patient.pk, relation=str(relation), minor=minor
        )
        idempotency.complete(actor, claim, patient)
    return patient


def remove_relative(*, actor: Actor, patient: UUID) -> None:
    """Stop acting for a person. The identity goes too when nobody else acts for it and it has no account.

    Raises NotForYou, `own_identity_kept` for oneself, `has_upcoming_visits`.
    """
    with transaction.atomic():
        person = get_or_404(actor, Patient, "read", uid=patient)
        if person.user_id == actor.user_id:
            raise PatientRefusal("own_identity_kept")
        right = scoped(actor, Guardianship, "end").filter(patient=person, user=actor.user_id).order_by("pk").first()
        gone = end_right(actor, right, person)
        audit.record(actor, "patients.remove_relative", person, patient_id=person.pk, removed=gone)


def _check_room(actor: Actor, values: dict[str, object]) -> None:
    """Under the lock of the account: the ceiling of relatives, and nobody twice."""
    others = scoped(actor, Patient, "read").exclude(user=actor.user_id)
    names = list(others.values_list("birth_date", "first_name", "birth_name"))
    if len(names) >= MOST_RELATIVES:
        raise PatientRefusal("too_many_relatives", most=MOST_RELATIVES)
    wanted = (values["birth_date"], name_key(str(values["first_name"])), name_key(str(values["birth_name"])))
    if any((born, name_key(first), name_key(last)) == wanted for born, first, last in names):
        raise PatientRefusal("relative_exists")
