"""What this package hands over and forgets when a person asks for their data or closes their account."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from accounts.registry import Erased, erases, exports, replayed
from core import audit, clock
from core.access import Actor, Space
from patients.enums import Sex
from patients.exceptions import PatientRefusal
from patients.models import GuardianInvitation, Guardianship, Patient, PatientRecord
from patients.registry import has_upcoming
from patients.selectors import Person, people_of
from patients.services._ending import end_right
from patients.services.locks import lock_patients

# What is left of an identity whose account was closed: practices keep their own files, without it.
_FORGOTTEN = {
    "first_name": "",
    "birth_name": "",
    "used_name": "",
    "birth_date": date(1900, 1, 1),
    "sex": Sex.UNKNOWN,
}


@exports("patients")
def export_people(user_id: int) -> dict[str, Any]:
    """Identities, rights to act in both directions, and the practices that keep a file, ready for JSON."""
    people = people_of(Actor(user_id=user_id, space=Space.PATIENT), "read")
    over_me = Guardianship.objects.filter(patient__user_id=user_id).order_by("pk")
    files = PatientRecord.objects.filter(patient__user_id=user_id, merged_into__isnull=True).select_related("practice")
    return {
        "people": [_exported(person) for person in people],
        "guardians": [
            {
                "relation": right.relation,
                "level": right.level,
                "from": _text(right.starts_at),
                "to": _text(right.ends_at),
            }
            for right in over_me
        ],
        "invitations": [
            {"email": sent.email, "level": sent.level, "sent_at": _text(sent.created_at)}
            for sent in GuardianInvitation.objects.filter(invited_by_id=user_id).order_by("pk")
        ],
        "practices": [
            {"name": file.practice.name, "known_since": _text(file.known_since)} for file in files.order_by("pk")
        ],
    }


@erases("patients")
def erase_people(actor: Actor, user_id: int) -> Erased:
    """Forget the account's people, inside the transaction that closes it; the ids of the identities that went.

    Raises `has_upcoming_visits` while one is to come for the person or for somebody only they act for.
    """
    if (before := replayed()) is not None:
        return {"people": _forget(actor, before.get("people", []))}
    own_actor = replace(actor, user_id=user_id, space=Space.PATIENT, practice_id=None)
    rights = Guardianship.objects.active(clock.now()).filter(user=user_id).select_related("patient").order_by("pk")
    gone = [right.patient_id for right in rights if end_right(own_actor, right, right.patient)]
    now = clock.now()
    GuardianInvitation.objects.filter(invited_by_id=user_id, accepted_at__isnull=True).update(expires_at=now)
    own = Patient.objects.filter(user_id=user_id).first()
    if own is not None:
        lock_patients(own.pk)
        if has_upcoming(own_actor, own.pk):
            raise PatientRefusal("has_upcoming_visits")
        gone.append(own.pk)
    return {"people": _forget(actor, gone)}


def _forget(actor: Actor, people: list[int]) -> list[int]:
    """Nothing names these people any more, but in the files that practices keep of them."""
    now = clock.now()
    lock_patients(*people)
    Guardianship.objects.active(now).filter(patient__in=people).update(ends_at=now)
    PatientRecord.objects.filter(patient__in=people).update(patient=None, linked_by="")
    Patient.objects.filter(pk__in=people).update(user=None, removed_at=now, **_FORGOTTEN)
    for pk in people:
        audit.record(actor, "patients.erase_people", patient_id=pk)
    return people


def _exported(person: Person) -> dict[str, Any]:
    return {
        "id": str(person.uid),
        "first_name": person.first_name,
        "birth_name": person.birth_name,
        "used_name": person.used_name,
        "birth_date": person.birth_date.isoformat(),
        "sex": person.sex,
        "relation": person.relation,
        "level": person.level,
    }


def _text(moment: Any) -> str | None:
    return moment.isoformat() if moment is not None else None
