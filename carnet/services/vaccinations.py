"""Noting doses: all those of a visit at once, one by itself, its lot and who gave it, and taking one back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from carnet.enums_health import Proof
from carnet.models.health import Vaccination
from carnet.refusals_health import HealthRefusal
from carnet.services._health import MOST_ROWS, check_revision, checked_day, checked_text, person_of
from carnet.vaccines import known
from core import audit, idempotency
from core.access import Actor, get_or_404


def note_doses(
    *,
    actor: Actor,
    patient: UUID,
    vaccines: Sequence[str],
    given_on: date,
    lot: str = "",
    given_by: str = "",
    claim: idempotency.Claim | None = None,
) -> list[Vaccination]:
    """Note the doses of one visit as declared; one already noted that day stays as it is.

    Raises NotForYou, `no_vaccine`, `unknown_vaccine`, `date_impossible`, `already_noted` (409) when all of them were,
    `too_many`.
    """
    if not vaccines:
        raise HealthRefusal("no_vaccine")
    wanted = known(vaccines)
    if len(wanted) != len(set(vaccines)):
        raise HealthRefusal("unknown_vaccine")
    with transaction.atomic():
        done = idempotency.begin(actor, claim)
        if isinstance(done, Vaccination):
            return list(Vaccination.objects.filter(patient=done.patient_id, given_on=done.given_on).order_by("pk"))
        person = person_of(actor, patient)
        day = checked_day(person, given_on)
        if Vaccination.objects.filter(patient=person).count() >= MOST_ROWS:
            raise HealthRefusal("too_many", most=MOST_ROWS)
        there = set(
            Vaccination.objects.filter(patient=person, given_on=day, vaccine__in=wanted).values_list(
                "vaccine", flat=True
            )
        )
        fresh = [
            Vaccination(
                patient=person,
                vaccine=code,
                given_on=day,
                lot=checked_text(lot, longest=40),
                given_by=checked_text(given_by),
                author_id=actor.user_id,
            )
            for code in wanted
            if code not in there
        ]
        if not fresh:
            raise HealthRefusal("already_noted")
        Vaccination.objects.bulk_create(fresh)
        audit.record(actor, "carnet.note_doses", fresh[0], patient_id=person.pk, count=len(fresh))
        idempotency.complete(actor, claim, fresh[0])
    return fresh


def change_dose(
    *,
    actor: Actor,
    vaccination: UUID,
    given_on: date,
    lot: str = "",
    given_by: str = "",
    expected_revision: int | None = None,
) -> Vaccination:
    """Correct a declared dose. Raises NotForYou, `proven`, `date_impossible`, `already_noted`, `changed_meanwhile`."""
    with transaction.atomic():
        found = get_or_404(actor, Vaccination, "change", uid=vaccination)
        person = person_of(actor, found.patient.uid)
        found.refresh_from_db()
        check_revision(expected_revision, found.revision)
        if found.proof != Proof.DECLARED:
            raise HealthRefusal("proven")
        day = checked_day(person, given_on)
        same = Vaccination.objects.filter(patient=person, vaccine=found.vaccine, given_on=day).exclude(pk=found.pk)
        if same.exists():
            raise HealthRefusal("already_noted")
        found.given_on, found.lot = day, checked_text(lot, longest=40)
        found.given_by, found.revision = checked_text(given_by), found.revision + 1
        found.save()
        audit.record(actor, "carnet.change_dose", found, patient_id=person.pk)
    return found


def remove_dose(*, actor: Actor, vaccination: UUID) -> None:
    """Erase a declared dose noted by mistake. Raises NotForYou, `proven`."""
    with transaction.atomic():
        found = get_or_404(actor, Vaccination, "change", uid=vaccination)
        person = person_of(actor, found.patient.uid)
        if found.proof != Proof.DECLARED:
            raise HealthRefusal("proven")
        audit.record(actor, "carnet.remove_dose", found, patient_id=person.pk)
        found.delete()
