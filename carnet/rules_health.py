"""Who reads and writes a health profile, and who agrees to be told of prevention: Q-builders, read at each request.

`shared` is the seam of sharing: the app's own rules of grants register there what a professional may read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from booking.enums import OCCUPYING
from carnet.models.campaign import PreventionDigest
from carnet.models.health import EmergencyContact, HealthItem, HealthProfile, Measure, Vaccination
from carnet.models.prevention import CheckupForm, PreventionAct, PreventionConsent, PreventionRefusal
from carnet.models.sharing import AccessBlock
from carnet.prevention.ages import Age, before
from core import clock
from core.access import Actor, Space, rule
from patients.enums import Level
from patients.majority import PARIS
from patients.models import Guardianship, Patient
from practitioners.rules import memberships_of

NOBODY = Q(pk__in=[])
# How long after a visit its practitioner still opens what was joined to it.
READ_AFTER = timedelta(days=1)
_shared: list[Callable[[Actor], Q]] = []


def share_with(condition: Callable[[Actor], Q]) -> Callable[[Actor], Q]:
    """Registers who else reads profiles: `condition(actor)` is a Q over Patient. Writing is never shared this way."""
    if condition not in _shared:
        _shared.append(condition)
    return condition


def _in_patient_space(actor: Actor) -> bool:
    return actor.space == Space.PATIENT and actor.user_id is not None


def _guarded(actor: Actor, *levels: Level) -> Q:
    live = Guardianship.objects.active(clock.now()).filter(user=actor.user_id, level__in=levels)
    return Q(Exists(live.filter(patient_id=OuterRef("pk"))))


def _keepers(actor: Actor) -> Q:
    """Over Patient: oneself, and those whose guardian was granted the right to read."""
    mine = Q(user_id=actor.user_id) | _guarded(actor, Level.GRANTED)
    return mine & Q(removed_at__isnull=True)


def _helpers(actor: Actor) -> Q:
    """Over Patient: those without an account for whom one only declared to act: one sees what one wrote, no more."""
    return Q(user_id__isnull=True, removed_at__isnull=True) & _guarded(actor, Level.DECLARED)


@rule(Patient, "open_health")
def open_health(actor: Actor) -> Q:
    """Whose health pages open: the person, granted guardians, and who helps somebody without an account."""
    if not _in_patient_space(actor):
        return NOBODY
    return _keepers(actor) | _helpers(actor)


@rule(Patient, "write_health")
def write_health(actor: Actor) -> Q:
    """The same people, while the person lives."""
    return open_health(actor) & Q(deceased_on__isnull=True)


@rule(Patient, "read_health")
def read_health(actor: Actor) -> Q:
    """Whose whole profile is read: the person, granted guardians, and professionals it is shared with."""
    if _in_patient_space(actor):
        return _keepers(actor)
    shared = NOBODY
    for condition in _shared:
        shared = shared | condition(actor)
    return shared


@rule(Patient, "agree_prevention")
def agree_prevention(actor: Actor) -> Q:
    """Who agrees to messages: the person, and the guardians of somebody under fifteen who has no account."""
    if not _in_patient_space(actor):
        return NOBODY
    young = Q(user_id__isnull=True, birth_date__gt=before(clock.today(PARIS), Age(15)))
    mine = Q(user_id=actor.user_id) | (young & _guarded(actor, Level.DECLARED, Level.GRANTED))
    return mine & Q(removed_at__isnull=True, deceased_on__isnull=True)


def _rows(actor: Actor) -> Q:
    """Over a row of a profile: all of those one may read, one's own words about those one helps."""
    readable = Patient.objects.filter(read_health(actor), pk=OuterRef("patient_id"))
    seen = Q(Exists(readable))
    if not _in_patient_space(actor):
        return seen
    helped = Patient.objects.filter(_helpers(actor), pk=OuterRef("patient_id"))
    return seen | (Q(author_id=actor.user_id) & Q(Exists(helped)))


def _written(actor: Actor) -> Q:
    if not _in_patient_space(actor):
        return NOBODY
    return _rows(actor) & Q(patient__deceased_on__isnull=True)


def _for_relatives(actor: Actor) -> Q:
    """On the person's side, what they keep to themselves is theirs alone; who cares for them reads it."""
    return Q(confidential=False) | Q(patient__user_id=actor.user_id) if _in_patient_space(actor) else Q()


@rule(HealthItem, "read")
def read_item(actor: Actor) -> Q:
    return _rows(actor) & _for_relatives(actor)


@rule(HealthItem, "change")
def change_item(actor: Actor) -> Q:
    return _written(actor) & _for_relatives(actor)


for _model in (HealthProfile, Vaccination, Measure, EmergencyContact, PreventionAct):
    rule(_model, "read")(_rows)
    rule(_model, "change")(_written)


def _own_side(actor: Actor) -> Q:
    """Choices and questionnaires stay on the person's side: no professional lists them."""
    return _rows(actor) if _in_patient_space(actor) else NOBODY


rule(PreventionRefusal, "read")(_own_side)
rule(PreventionRefusal, "change")(_written)


@rule(CheckupForm, "read")
def read_checkup(actor: Actor) -> Q:
    """The person, or who helps somebody without an account: a relative of somebody with one reads no questionnaire."""
    if not _in_patient_space(actor):
        return NOBODY
    there = Patient.objects.filter(pk=OuterRef("patient_id"), removed_at__isnull=True)
    kept = Q(user_id=actor.user_id) | (Q(user_id__isnull=True) & _guarded(actor, Level.GRANTED))
    helped = Patient.objects.filter(_helpers(actor), pk=OuterRef("patient_id"))
    return Q(Exists(there.filter(kept))) | (Q(author_id=actor.user_id) & Q(Exists(helped)))


@rule(CheckupForm, "change")
def change_checkup(actor: Actor) -> Q:
    """The same people, while the person lives."""
    return read_checkup(actor) & Q(patient__deceased_on__isnull=True)


@rule(PreventionConsent, "read")
def read_consent(actor: Actor) -> Q:
    """One's own agreements; a right to act that ended takes them away from the pages and from the runs."""
    if not _in_patient_space(actor):
        return NOBODY
    return Q(user_id=actor.user_id)


@rule(PreventionDigest, "read")
def read_digest(actor: Actor) -> Q:
    """The messages written to oneself."""
    if not _in_patient_space(actor):
        return NOBODY
    return Q(user_id=actor.user_id)


@rule(CheckupForm, "open")
def open_checkup(actor: Actor) -> Q:
    """Whose side it is on; and the practitioner of the visit it is joined to, unless blocked, until the day after it."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return read_checkup(actor)
    visit = Q(appointment__practice_id=actor.practice_id, appointment__performer__user_id=actor.user_id)
    lately = Q(appointment__end_at__gt=clock.now() - READ_AFTER, appointment__status__in=OCCUPYING)
    member = Q(Exists(memberships_of(actor).filter(practice_id=actor.practice_id)))
    blocks = AccessBlock.objects.filter(patient_id=OuterRef("patient_id"), practitioner__user_id=actor.user_id or 0)
    return visit & lately & member & ~Q(Exists(blocks))
