"""Whom the messages about a visit reach, and the patients whom none can reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth import get_user_model

from booking.enums import Channel
from booking.models import Appointment
from core import clock
from core.access import Actor, scoped
from patients.enums import Level
from patients.models import Guardianship, PatientRecord
from practitioners.enums import Discretion

# Doors through which the account that books is the patient's side; at the desk it is a member of the practice.
OWN_DOORS = (Channel.WEB, Channel.API)


@dataclass(frozen=True, slots=True)
class Reach:
    """The accounts told about a visit; without any, the e-mail and the mobile that the practice noted in its file."""

    users: Sequence[int] = ()
    email: str = ""
    phone: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.users or self.email or self.phone)


NOBODY = Reach()


def reach_of(appointments: Sequence[Appointment]) -> dict[int, Reach]:
    """Who is told about each visit, by its id; at most two statements. The visits come with `record__patient`.

    The person, and who booked it online; for a person without an account the guardians with a granted right; without
    any account the contact in the practice's file. A deceased person's visits reach nobody.
    """
    own = {visit.pk: own_users(visit) for visit in appointments}
    guarded = {visit.patient_id for visit in appointments if not own[visit.pk] and visit.patient_id is not None}
    guardians = _guardians(guarded) if guarded else {}
    candidates = {user for users in own.values() for user in users}
    active = _active(candidates) if candidates else set()
    found: dict[int, Reach] = {}
    for visit in appointments:
        users = sorted(own[visit.pk] & active) or guardians.get(visit.patient_id or 0, [])
        found[visit.pk] = NOBODY if is_deceased(visit) else Reach(users) if users else contact_of(visit.record)
    return found


def who_cannot_be_told(actor: Actor, appointments: Iterable[Appointment]) -> list[Appointment]:
    """Those of these visits, among the actor's, whose patient no message reaches: to be called. Three statements.

    A visit for a reason about which nothing is ever sent counts too; one of a deceased person does not.
    """
    wanted = [visit.pk for visit in appointments]
    visits = list(
        scoped(actor, Appointment, "read")
        .filter(pk__in=wanted)
        .select_related("record__patient", "visit_reason", "performer", "agenda__location")
        .order_by("start_at", "pk")
    )
    reach = reach_of(visits)
    return [visit for visit in visits if must_be_called(visit, reach[visit.pk])]


def must_be_called(visit: Appointment, reach: Reach) -> bool:
    """Whether only a call can tell of a change of this visit."""
    if is_deceased(visit):
        return False
    return reach.is_empty or visit.visit_reason.discretion == Discretion.NOT_NOTIFIED


def is_deceased(visit: Appointment) -> bool:
    """Whether the practice or the person's relatives have noted the death: nothing is sent any more."""
    record = visit.record
    if record is None:
        return False
    return record.deceased_on is not None or (record.patient is not None and record.patient.deceased_on is not None)


def contact_of(record: PatientRecord | None) -> Reach:
    """The e-mail and mobile in a practice's file, unless the person objected to being written to there."""
    if record is None or record.messages_refused_at is not None:
        return NOBODY
    return Reach(email=record.email, phone=str(record.phone or ""))


def own_users(visit: Appointment) -> set[int]:
    """The accounts of the patient's side that a visit names: the person's, and who booked it online."""
    patient = visit.record.patient if visit.record else None
    users = {patient.user_id if patient else None}
    if visit.channel in OWN_DOORS:
        users.add(visit.booked_by_id)
    return {user for user in users if user is not None}


def _active(users: set[int]) -> set[int]:
    return set(get_user_model().objects.filter(pk__in=users, is_active=True).values_list("pk", flat=True))


def _guardians(patients: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    rows = Guardianship.objects.active(clock.now()).filter(
        patient_id__in=patients, level=Level.GRANTED, user__is_active=True
    )
    for patient, user in rows.order_by("user_id").values_list("patient_id", "user_id"):
        found.setdefault(patient, []).append(user)
    return found
