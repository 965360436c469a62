"""Who may act for whom: one Q-builder per (model, action). Rights are read from rows and dates at each request."""

from collections.abc import Callable, Sequence

from allauth.account.models import EmailAddress
from django.db.models import Exists, F, OuterRef, Q

from core import clock
from core.access import Actor, Space, rule
from patients.enums import Level
from patients.majority import last_adult_birth_date
from patients.models import GuardianInvitation, Guardianship, Patient, PatientRecord
from practitioners.enums import Role
from practitioners.rules import DATED_ROLES, memberships_of, runs_practice

NOBODY = Q(pk__in=[])
# Files that a replacement opens, for each app that knows of some: (actor, roles) -> Q on PatientRecord.
Opening = Callable[[Actor, Sequence[str]], Q]
_openings: dict[str, Opening] = {}


def open_files_to(name: str, opening: Opening) -> None:
    """Registers, under the name of an app, which files its rows open to who stands in for somebody."""
    _openings[name] = opening


def _guarded(actor: Actor, *levels: Level, patient: str = "pk") -> Q:
    live = Guardianship.objects.active(clock.now()).filter(user=actor.user_id, level__in=levels)
    return Q(Exists(live.filter(patient_id=OuterRef(patient))))


def _in_patient_space(actor: Actor) -> bool:
    return actor.space == Space.PATIENT and actor.user_id is not None


@rule(Patient, "book")
def book_for_patient(actor: Actor) -> Q:
    """Oneself, and those for whom one may act at either level, alive and not removed."""
    return read_patient(actor) & Q(deceased_on__isnull=True)


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


@rule(Patient, "invite")
def invite_guardian_of(actor: Actor) -> Q:
    """Only who grants a right hands it on: the person, or for a child without an account, a granted guardian."""
    if not _in_patient_space(actor):
        return NOBODY
    child = Q(user_id__isnull=True, birth_date__gt=last_adult_birth_date(clock.now()))
    mine = Q(user_id=actor.user_id) | (child & _guarded(actor, Level.GRANTED))
    return mine & Q(removed_at__isnull=True, deceased_on__isnull=True)


@rule(Guardianship, "read")
def read_guardianship(actor: Actor) -> Q:
    """The live rights one holds, those that others hold over oneself, and those of one's fellow guardians."""
    if not _in_patient_space(actor):
        return NOBODY
    fellow = _guarded(actor, Level.DECLARED, Level.GRANTED, patient="patient_id")
    mine = Q(user_id=actor.user_id) | Q(patient__user_id=actor.user_id) | fellow
    return mine & _live() & Q(patient__removed_at__isnull=True)


@rule(Guardianship, "end")
def end_guardianship(actor: Actor) -> Q:
    """Who holds the right and whom it is about; never another guardian."""
    if not _in_patient_space(actor):
        return NOBODY
    mine = Q(user_id=actor.user_id) | Q(patient__user_id=actor.user_id)
    return mine & _live() & Q(patient__removed_at__isnull=True)


@rule(Guardianship, "hide_contact")
def hide_own_contact(actor: Actor) -> Q:
    if not _in_patient_space(actor):
        return NOBODY
    return Q(user_id=actor.user_id) & _live() & Q(patient__removed_at__isnull=True)


@rule(Guardianship, "record")
def record_guardianship(actor: Actor) -> Q:
    """A practice records the right of a guardian of a person who has no account and whose file it keeps."""
    files = PatientRecord.objects.filter(keep_record(actor), patient_id=OuterRef("patient_id"))
    without_account = Q(patient__user_id__isnull=True, patient__removed_at__isnull=True)
    return Q(Exists(files)) & without_account & _live()


@rule(GuardianInvitation, "read")
def read_invitation(actor: Actor) -> Q:
    """Those one made and those that others made over oneself."""
    if not _in_patient_space(actor):
        return NOBODY
    return Q(invited_by_id=actor.user_id) | Q(patient__user_id=actor.user_id)


@rule(GuardianInvitation, "withdraw")
def withdraw_invitation(actor: Actor) -> Q:
    return read_invitation(actor) & _pending()


@rule(GuardianInvitation, "accept")
def accept_invitation(actor: Actor) -> Q:
    """The account whose verified address is the invited one, while who invited could still do so."""
    if not _in_patient_space(actor):
        return NOBODY
    own_address = EmailAddress.objects.filter(user_id=actor.user_id, verified=True, email__iexact=OuterRef("email"))
    granted = Guardianship.objects.active(clock.now()).filter(
        user_id=OuterRef("invited_by_id"), patient_id=OuterRef("patient_id"), level=Level.GRANTED
    )
    child = Q(patient__user_id__isnull=True, patient__birth_date__gt=last_adult_birth_date(clock.now()))
    still_entitled = Q(patient__user_id=F("invited_by_id")) | (child & Q(Exists(granted)))
    there = Q(patient__removed_at__isnull=True, patient__deceased_on__isnull=True)
    return _pending() & Q(Exists(own_address)) & still_entitled & there


@rule(PatientRecord, "work")
def work_on_record(actor: Actor) -> Q:
    """Opening a file and booking for it: the files of the practice for those who run it.

    Who stands in for somebody opens those of the visits of their dates, and those they made for a caller.
    """
    return (runs_practice(actor) | _opened(actor, DATED_ROLES)) & Q(merged_into__isnull=True)


@rule(PatientRecord, "write")
def write_record(actor: Actor) -> Q:
    """Reading the notes in a file, and changing it: as opening it, but for a colleague who covers for some days."""
    return (runs_practice(actor) | _opened(actor, (Role.LOCUM,))) & Q(merged_into__isnull=True)


@rule(PatientRecord, "keep")
def keep_record(actor: Actor) -> Q:
    """Merging, blocking, linking, noting a death: the practice's own people, on any of its files."""
    return runs_practice(actor) & Q(merged_into__isnull=True)


def _opened(actor: Actor, roles: Sequence[str]) -> Q:
    if not _openings or actor.practice_id is None:
        return NOBODY
    found = Q()
    for opening in _openings.values():
        found |= opening(actor, roles)
    return Q(practice_id=actor.practice_id) & found


@rule(PatientRecord, "revive")
def revive_record(actor: Actor) -> Q:
    """A death noted by mistake is taken back by who answers for the practice's patients: practitioners and owners."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    answering = memberships_of(actor).filter(role__in=(Role.OWNER, Role.PRACTITIONER))
    mine = Q(practice_id=actor.practice_id, merged_into__isnull=True)
    return mine & Q(Exists(answering)) & Q(deceased_on__isnull=False)


def _live() -> Q:
    now = clock.now()
    return Q(accepted_at__lte=now, starts_at__lte=now) & (Q(ends_at__isnull=True) | Q(ends_at__gt=now))


def _pending() -> Q:
    return Q(accepted_at__isnull=True, expires_at__gt=clock.now())
