"""Doses that a professional gave: noted in the person's vaccination book as confirmed by whoever writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from carnet.enums_health import Proof
from carnet.models.health import Vaccination
from carnet.refusals_health import HealthRefusal
from carnet.services._health import MOST_ROWS, checked_day, checked_text
from carnet.vaccines import known
from core import audit, idempotency
from core.access import Actor, get_or_404
from patients.models import Patient
from practitioners.models import Practitioner


def give_doses(
    *,
    actor: Actor,
    patient: UUID,
    vaccines: Sequence[str],
    given_on: date,
    lot: str = "",
    claim: idempotency.Claim | None = None,
) -> list[Vaccination]:
    """Note the doses of one visit in a record that one may add to; one that was declared for that day is confirmed.

    Raises NotForYou, `no_vaccine`, `unknown_vaccine`, `date_impossible`, `already_noted` (409) when each was confirmed
    before, `too_many`.
    """
    found = get_or_404(actor, Patient, "add_shared", uid=patient)
    if not vaccines:
        raise HealthRefusal("no_vaccine")
    wanted = known(vaccines)
    if len(wanted) != len(set(vaccines)):
        raise HealthRefusal("unknown_vaccine")
    with transaction.atomic():
        done = idempotency.begin(actor, claim)
        if isinstance(done, Vaccination):
            return list(Vaccination.objects.filter(patient=done.patient_id, given_on=done.given_on).order_by("pk"))
        person = Patient.objects.select_for_update(no_key=True).get(pk=found.pk)
        day = checked_day(person, given_on)
        rows = Vaccination.objects.filter(patient=person)
        if rows.count() >= MOST_ROWS:
            raise HealthRefusal("too_many", most=MOST_ROWS)
        carer = Practitioner.objects.get(user_id=actor.user_id or 0)
        there = {row.vaccine: row for row in rows.filter(given_on=day, vaccine__in=wanted)}
        if all(code in there and there[code].proof == Proof.PRACTITIONER for code in wanted):
            raise HealthRefusal("already_noted")
        number = checked_text(lot, longest=40)
        written = [_written(actor, person, carer, code, day, number, there.get(code)) for code in wanted]
        audit.record(
            actor,
            "carnet.give_doses",
            written[0],
            patient_id=person.pk,
            practice_id=actor.practice_id,
            count=len(written),
        )
        idempotency.complete(actor, claim, written[0])
    return written


def _written(
    actor: Actor, person: Patient, carer: Practitioner, code: str, day: date, lot: str, there: Vaccination | None
) -> Vaccination:
    """A new row, or the declared one made sure: what the person had written beside it stays."""
    row = there or Vaccination(patient=person, vaccine=code, given_on=day, author_id=actor.user_id, revision=0)
    if row.proof != Proof.PRACTITIONER:
        row.proof, row.confirmed_by = Proof.PRACTITIONER, carer
        row.lot = lot or row.lot
        row.given_by = row.given_by or carer.display_name[:120]
        row.revision += 1
        row.save()
    return row
