"""Who may act for whom: one Q-builder per (model, action)."""

from django.db.models import Exists, OuterRef, Q

from core import clock
from core.access import Actor, Space, rule
from patients.enums import Level
from patients.models import GuardianInvitation, Guardianship, Patient

NOBODY = Q(pk__in=[])


def _guarded(actor: Actor, *levels: Level, patient: str = "pk") -> Q:
    live = Guardianship.objects.active(clock.now()).filter(user_id=actor.user_id, level__in=levels)
    return Q(Exists(live.filter(patient_id=OuterRef(patient))))


def _in_patient_space(actor: Actor) -> bool:
    return actor.space == Space.PATIENT and actor.user_id is not None


@rule(Patient, "book")
def book_for_patient(actor: Actor) -> Q:
    """Oneself, and those for whom one may act at either level, alive and not removed."""
    if not _in_patient_space(actor):
        return NOBODY
    mine = Q(user_id=actor.user_id) | _guarded(actor, Level.DECLARED, Level.GRANTED)
    return mine & Q(removed_at__isnull=True, deceased_on__isnull=True)


@rule(Patient, "read")
def read_patient(actor: Actor) -> Q:
    """The identity one may book for is an identity one entered or was granted: shown in one's own list."""
    if not _in_patient_space(actor):
        return NOBODY
    mine = Q(user_id=actor.user_id) | _guarded(actor, Level.DECLARED, Level.GRANTED)
    return mine & Q(removed_at__isnull=True)


@rule(Patient, "edit")
def edit_patient(actor: Actor) -> Q:
    """A person with an account edits their own identity; a person without one is edited by their guardians."""
    if not _in_patient_space(actor):
        return NOBODY
    guarded = Q(user_id__isnull=True) & _guarded(actor, Level.DECLARED, Level.GRANTED)
    return (Q(user_id=actor.user_id) | guarded) & Q(removed_at__isnull=True)


@rule(Guardianship, "read")
def read_guardianship(actor: Actor) -> Q:
    """The guardian's own rights, and those others hold over oneself."""
    if not _in_patient_space(actor):
        return NOBODY
    return Q(user_id=actor.user_id) | Q(patient__user_id=actor.user_id)


@rule(Guardianship, "end")
def end_guardianship(actor: Actor) -> Q:
    return read_guardianship(actor)


@rule(GuardianInvitation, "read")
def read_invitation(actor: Actor) -> Q:
    if not _in_patient_space(actor):
        return NOBODY
    return Q(invited_by_id=actor.user_id) | Q(patient__user_id=actor.user_id)
