"""Who may do what with practices, agendas and reasons: one Q-builder per (model, action)."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q

from core import clock
from core.access import Actor, Space, rule
from practitioners.enums import Role, VerificationState
from practitioners.models import Agenda, AgendaReason, Location, Membership, Practice, Practitioner, VisitReason
from practitioners.models.membership import MembershipQuerySet

NOBODY = Q(pk__in=[])
# Roles that run agendas; the accountant of a practice sees none.
AGENDA_ROLES = (Role.OWNER, Role.PRACTITIONER, Role.SECRETARY, Role.LOCUM)
# Roles that write what an agenda offers and when: a locum works in the hours of whom they replace.
ARRANGING_ROLES = (Role.OWNER, Role.PRACTITIONER, Role.SECRETARY)


def memberships_of(actor: Actor) -> MembershipQuerySet:
    """The actor's live memberships in the practice of the current space (union of roles, read at each request)."""
    mine = {"user_id": actor.user_id, "practice_id": actor.practice_id}
    return Membership.objects.active(clock.now()).filter(**mine)


def managed_agendas(actor: Actor, prefix: str = "", roles: Sequence[str] = AGENDA_ROLES) -> Q:
    """Agendas that the actor runs in the current space, seen from a model whose path to the agenda is `prefix`.

    Owners run all agendas of the practice; a practitioner runs their own; secretaries, locums and other
    practitioners run those listed on their membership, or all when it says so. `roles` narrows the roles that count.
    """
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    mine = memberships_of(actor)
    agenda = OuterRef(f"{prefix}pk")
    return Q(**{f"{prefix}practice_id": actor.practice_id}) & (
        Q(Exists(mine.filter(role=Role.OWNER)))
        | Q(Exists(mine.filter(role__in=roles, all_agendas=True)))
        | Q(Exists(mine.filter(role__in=roles, agendas=agenda)))
        | (Q(Exists(mine.filter(role=Role.PRACTITIONER))) & Q(**{f"{prefix}practitioner__user_id": actor.user_id}))
    )


def arranged_agendas(actor: Actor, prefix: str = "") -> Q:
    """Agendas whose hours, absences and offers the actor writes."""
    return managed_agendas(actor, prefix, ARRANGING_ROLES)


def runs_practice(actor: Actor) -> Q:
    """True for rows of the current practice when the actor may shape what it offers."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    mine = memberships_of(actor).filter(role__in=ARRANGING_ROLES)
    return Q(practice_id=actor.practice_id) & Q(Exists(mine))


def _ownership(actor: Actor):
    return memberships_of(actor).filter(role=Role.OWNER)


@rule(Practitioner, "read")
def read_practitioner(actor: Actor) -> Q:
    """The directory is public; an identity that is not published is not in it."""
    return Q(verification=VerificationState.PUBLISHED)


@rule(Agenda, "read")
def read_agenda(actor: Actor) -> Q:
    return Q(practitioner__verification=VerificationState.PUBLISHED)


@rule(Practitioner, "engage")
def engage_practitioner(actor: Actor) -> Q:
    """Practitioners for whom an owner opens agendas: those who have one in the practice, and its members."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    members = Membership.objects.active(clock.now()).filter(
        practice_id=actor.practice_id, role__in=(Role.OWNER, Role.PRACTITIONER), user_id=OuterRef("user_id")
    )
    agendas = Agenda.objects.filter(practice_id=actor.practice_id, practitioner_id=OuterRef("pk"))
    return Q(Exists(_ownership(actor))) & (Q(Exists(members)) | Q(Exists(agendas)))


@rule(Agenda, "manage")
def manage_agenda(actor: Actor) -> Q:
    return managed_agendas(actor)


@rule(Agenda, "arrange")
def arrange_agenda(actor: Actor) -> Q:
    return arranged_agendas(actor)


@rule(Agenda, "create")
def create_agenda(actor: Actor) -> Q:
    """The owner alone adds agendas to the practice."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    return Q(practice_id=actor.practice_id) & Q(Exists(_ownership(actor)))


@rule(VisitReason, "read")
def read_visit_reason(actor: Actor) -> Q:
    return Q(archived_at__isnull=True)


@rule(VisitReason, "manage")
def manage_visit_reason(actor: Actor) -> Q:
    return runs_practice(actor)


@rule(AgendaReason, "manage")
def manage_agenda_reason(actor: Actor) -> Q:
    return arranged_agendas(actor, "agenda__")


@rule(Practice, "work")
def work_in_practice(actor: Actor) -> Q:
    if actor.space != Space.PRACTICE:
        return NOBODY
    return Q(pk=actor.practice_id) & Q(Exists(memberships_of(actor)))


@rule(Practice, "shape")
def shape_practice(actor: Actor) -> Q:
    """The practice to which the actor adds reasons."""
    if actor.space != Space.PRACTICE:
        return NOBODY
    return Q(pk=actor.practice_id) & Q(Exists(memberships_of(actor).filter(role__in=ARRANGING_ROLES)))


@rule(Location, "manage")
def manage_location(actor: Actor) -> Q:
    return runs_practice(actor)


@rule(Membership, "read")
def read_membership(actor: Actor) -> Q:
    """Members of the current practice see the team."""
    if actor.space != Space.PRACTICE:
        return NOBODY
    return Q(practice_id=actor.practice_id) & Q(Exists(memberships_of(actor)))
