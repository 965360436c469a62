"""How a right to act ends, whoever ends it."""

from __future__ import annotations

from django.db.models import Q

from core import clock
from core.access import Actor, Space, system_actor
from core.exceptions import NotForYou
from patients.exceptions import PatientRefusal
from patients.models import Guardianship, Patient
from patients.registry import has_upcoming
from patients.services.locks import lock_patients

_EVERYTHING = system_actor("patients.ending")


def end_right(actor: Actor, right: Guardianship | None, person: Patient) -> bool:
    """End it now, in the caller's transaction; whether the identity was removed with it.

    A guardian of a person without an account does not leave behind visits that nobody else sees:
    `has_upcoming_visits`, counted among those the guardian may see, so that the refusal tells nothing of a hidden one.
    An identity is removed when it has no account, nobody else acts for it and nothing at all is to come for it.
    """
    lock_patients(person.pk)
    now = clock.now()
    live = Guardianship.objects.active(now).filter(patient=person)
    if right is None or not live.filter(pk=right.pk).exists():
        raise NotForYou
    others = live.exclude(user=right.user_id).values_list("user_id", flat=True).distinct()
    fellows = [Actor(user_id=user_id, space=Space.PATIENT) for user_id in others]
    if person.user_id is None and right.user_id == actor.user_id and has_upcoming(actor, person.pk, fellows):
        raise PatientRefusal("has_upcoming_visits")
    live.filter(user=right.user_id).update(ends_at=now)
    # A right that has not begun yet keeps the identity too.
    kept = Guardianship.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), patient=person)
    if person.user_id is not None or kept.exists() or has_upcoming(_EVERYTHING, person.pk):
        return False
    Patient.objects.filter(pk=person.pk).update(removed_at=now)
    return True
