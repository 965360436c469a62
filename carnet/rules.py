"""Who reads, opens, changes and shares the documents of a record: Q-builders, read from rows and dates at each request.

The person's side is the person, and for somebody without an account those who were granted the right to read. A relative
of somebody with an account reads what is neither hidden nor confidential. A professional reads what a live share opens to
them, and what they sent; nothing comes from a visit alone, nor from a role without care.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from booking.enums import CANCELLED
from booking.models import Appointment
from carnet.enums import GrantLevel, Origin, State
from carnet.models import AccessAlert, AccessBlock, Document, DocumentVersion, Grant
from carnet.models.health import Vaccination
from carnet.rules_health import share_with
from core import clock
from core.access import Actor, Space, rule
from patients.enums import Level
from patients.models import Guardianship, Patient
from practitioners.enums import Role, VerificationState
from practitioners.models import Practitioner
from practitioners.rules import dated_times, memberships_of

NOBODY = Q(pk__in=[])
CARE_ROLES = (Role.OWNER, Role.PRACTITIONER)


def _in_patient_space(actor: Actor) -> bool:
    return actor.space == Space.PATIENT and actor.user_id is not None


def _granted(actor: Actor, patient: str) -> Q:
    live = Guardianship.objects.active(clock.now()).filter(user=actor.user_id, level=Level.GRANTED)
    return Q(Exists(live.filter(patient_id=OuterRef(patient))))


def _keepers(actor: Actor, prefix: str = "", patient: str = "pk") -> Q:
    """The person, and the granted guardians of somebody without an account."""
    mine = Q(**{f"{prefix}user_id": actor.user_id})
    guarded = Q(**{f"{prefix}user_id__isnull": True}) & _granted(actor, patient)
    return (mine | guarded) & Q(**{f"{prefix}removed_at__isnull": True})


@rule(Patient, "keep_documents")
def keep_documents(actor: Actor) -> Q:
    """Whose documents one adds to, files, hides and throws away."""
    return _keepers(actor) if _in_patient_space(actor) else NOBODY


@rule(Patient, "share_record")
def share_record(actor: Actor) -> Q:
    """Who gives and takes back access, and reads the journal: nobody does it for a person with an account."""
    return keep_documents(actor)


@rule(Patient, "read_documents")
def read_documents(actor: Actor) -> Q:
    """Whose list of documents opens: the person's side, their relatives at the level of reading, and live shares."""
    if _in_patient_space(actor):
        return (Q(user_id=actor.user_id) | _granted(actor, "pk")) & Q(removed_at__isnull=True)
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    return Q(Exists(_shares(actor, "pk"))) & _not_blocked(actor, "pk") & Q(removed_at__isnull=True)


@rule(Patient, "add_shared")
def add_shared(actor: Actor) -> Q:
    """Whose record a professional adds to by a share that says so."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    adding = _shares(actor, "pk").filter(level=GrantLevel.ADD, document__isnull=True)
    return Q(Exists(adding)) & _not_blocked(actor, "pk") & Q(removed_at__isnull=True, deceased_on__isnull=True)


@rule(Vaccination, "confirm")
def confirm_dose(actor: Actor) -> Q:
    """Whose doses a professional confirms: those of the records they may add to."""
    people = Patient.objects.filter(add_shared(actor), pk=OuterRef("patient_id"))
    return Q(Exists(people)) if actor.space == Space.PRACTICE else NOBODY


@share_with
def shared_records(actor: Actor) -> Q:
    """Over Patient: whose whole record is shared, health profile included."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    whole = _shares(actor, "pk").filter(document__isnull=True)
    return Q(Exists(whole)) & _not_blocked(actor, "pk") & Q(removed_at__isnull=True)


def _carers(actor: Actor) -> Q:
    """That the actor cares for patients here, today: a role of care and a practitioner's own account."""
    mine = memberships_of(actor).filter(role__in=(*CARE_ROLES, Role.LOCUM))
    return Q(Exists(mine)) & Q(Exists(Practitioner.objects.filter(user_id=actor.user_id or 0)))


def _verified(actor: Actor) -> Q:
    """That the platform knows who the actor is: an identity not proven, or no longer, opens no record of others."""
    mine = Practitioner.objects.filter(user_id=actor.user_id or 0, verification=VerificationState.PUBLISHED)
    return Q(Exists(mine))


def _shares(actor: Actor, patient: str):
    """The live shares, of the person that `patient` leads to, that reach this actor in this practice."""
    shares = Grant.objects.live(clock.now()).filter(patient_id=OuterRef(patient))
    lasting = Q(Exists(memberships_of(actor).filter(role__in=CARE_ROLES)))
    # A locum stands in within dates: the team's shares open for the visits of those dates alone.
    seen = Appointment.objects.filter(
        dated_times(actor, roles=(Role.LOCUM,)), record__patient_id=OuterRef("patient_id")
    ).exclude(status__in=CANCELLED)
    person = Q(practitioner__user_id=actor.user_id)
    team = Q(practice_id=actor.practice_id) & (lasting | Q(Exists(seen)))
    visit = Q(appointment__performer__user_id=actor.user_id, appointment__practice_id=actor.practice_id) & ~Q(
        appointment__status__in=CANCELLED
    )
    return shares.filter(_carers(actor) & _verified(actor)).filter(person | team | visit)


def _not_blocked(actor: Actor, patient: str) -> Q:
    return ~Q(
        Exists(AccessBlock.objects.filter(patient_id=OuterRef(patient), practitioner__user_id=actor.user_id or 0))
    )


def _own_side(actor: Actor) -> Q:
    """Over Document, in the patient's space, the bin left aside."""
    person = Q(patient__user_id=actor.user_id)
    keeper = Q(patient__user_id__isnull=True, confidential=False) & _granted(actor, "patient_id")
    relative = Q(hidden=False, confidential=False) & _granted(actor, "patient_id")
    return (person | keeper | relative) & Q(patient__removed_at__isnull=True)


def _authored(actor: Actor) -> Q:
    """What one sent stays readable to who sent it, in the practice it was sent from, as long as one cares there."""
    sent = Q(origin=Origin.PRACTICE, depositor_id=actor.user_id, author_practice_id=actor.practice_id)
    return sent & _carers(actor)


def _shared(actor: Actor) -> Q:
    shares = _shares(actor, "patient_id").filter(Q(document__isnull=True) | Q(document_id=OuterRef("pk")))
    there = Q(hidden=False, removed_at__isnull=True, patient__removed_at__isnull=True)
    return there & Q(Exists(shares)) & _not_blocked(actor, "patient_id")


@rule(Document, "read")
def read_document(actor: Actor) -> Q:
    """Whose titles one sees."""
    if _in_patient_space(actor):
        return _own_side(actor) & Q(removed_at__isnull=True)
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    return _shared(actor) | _authored(actor)


@rule(Document, "open")
def open_document(actor: Actor) -> Q:
    """Whose bytes one gets: not before the analysis, but for the person's own side; never what it refused."""
    clean = read_document(actor) & Q(state=State.CLEAN)
    if not _in_patient_space(actor):
        return clean
    waiting = change_document(actor) & Q(removed_at__isnull=True, state=State.WAITING)
    return clean | waiting


@rule(Document, "change")
def change_document(actor: Actor) -> Q:
    """Title, kind, bin, hiding: the person's side, the bin included until it forgets."""
    if not _in_patient_space(actor):
        return NOBODY
    kept = Q(purge_at__isnull=True) | Q(purge_at__gt=clock.now())
    keeper = Q(patient__user_id__isnull=True, confidential=False) & _granted(actor, "patient_id")
    return (Q(patient__user_id=actor.user_id) | keeper) & kept & Q(patient__removed_at__isnull=True)


@rule(Document, "conceal")
def conceal_document(actor: Actor) -> Q:
    """Only the person says that a document is not for their relatives."""
    return change_document(actor) & Q(patient__user_id=actor.user_id)


@rule(Document, "withdraw")
def withdraw_document(actor: Actor) -> Q:
    """Who sent a document by mistake takes it back, until somebody else opened it; the service knows the 24 hours."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    again = Exists(DocumentVersion.objects.filter(document=OuterRef("pk"), number__gt=1))
    return _authored(actor) & Q(first_read_at__isnull=True) & ~Q(again)


@rule(Document, "revise")
def revise_document(actor: Actor) -> Q:
    """Who sent a document puts a newer file in its place, as long as the person keeps it out of the bin."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    return _authored(actor) & Q(removed_at__isnull=True, patient__removed_at__isnull=True)


@rule(Grant, "read")
def read_grant(actor: Actor) -> Q:
    return _keepers(actor, "patient__", "patient_id") if _in_patient_space(actor) else NOBODY


@rule(Grant, "revoke")
def revoke_grant(actor: Actor) -> Q:
    return read_grant(actor) & Q(revoked_at__isnull=True)


@rule(AccessBlock, "read")
def read_block(actor: Actor) -> Q:
    return _keepers(actor, "patient__", "patient_id") if _in_patient_space(actor) else NOBODY


@rule(AccessAlert, "read")
def read_alert(actor: Actor) -> Q:
    """The platform's staff: a professional, a practice and a moment; the page names no patient."""
    return Q() if actor.space == Space.PLATFORM and actor.user_id is not None else NOBODY
