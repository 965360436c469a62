"""Who may do what with practices, agendas and reasons: one Q-builder per (model, action)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, Subquery, Value, When

from core import clock
from core.access import Actor, Space, rule
from practitioners.enums import Role, VerificationState
from practitioners.models import (
    Agenda,
    AgendaReason,
    ListingRequest,
    ListingWish,
    Location,
    Membership,
    OnlineBlock,
    Practice,
    Practitioner,
    RegisterSite,
    TeamInvitation,
    VisitReason,
)
from practitioners.models.membership import MembershipQuerySet

NOBODY = Q(pk__in=[])
# Roles that run agendas; the accountant of a practice sees none.
AGENDA_ROLES = (Role.OWNER, Role.PRACTITIONER, Role.SECRETARY, Role.LOCUM, Role.COVER)
# Roles that read what the practice notes for itself about a visit: a colleague who covers for some days does not.
NOTE_ROLES = (Role.OWNER, Role.PRACTITIONER, Role.SECRETARY, Role.LOCUM)
# Roles that write what an agenda offers and when: a locum or a cover works in the hours of whom they stand in for.
ARRANGING_ROLES = (Role.OWNER, Role.PRACTITIONER, Role.SECRETARY)
# Roles of who stands in for somebody between two dates, and reaches what happens between them alone.
DATED_ROLES = (Role.LOCUM, Role.COVER)


def memberships_of(actor: Actor) -> MembershipQuerySet:
    """The actor's live memberships in the practice of the current space (union of roles, read at each request)."""
    mine = {"user_id": actor.user_id, "practice_id": actor.practice_id}
    return Membership.objects.active(clock.now()).filter(**mine)


def managed_agendas(actor: Actor, prefix: str = "", roles: Sequence[str] = AGENDA_ROLES) -> Q:
    """Agendas that the actor runs in the current space, seen from a model whose path to the agenda is `prefix`.

    Owners run all agendas of the practice; a practitioner runs their own; secretaries, locums, covers and other
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


def managed_times(actor: Actor, prefix: str = "", roles: Sequence[str] = AGENDA_ROLES) -> Q:
    """Rows with a `start_at` and an `agenda`, of agendas the actor runs; `prefix` leads from the model to such a row.

    Who stands in for somebody reaches those that begin within the dates of the replacement, while these run.
    """
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    return managed_agendas(actor, f"{prefix}agenda__", _lasting(roles)) | dated_times(actor, prefix, roles)


def dated_times(actor: Actor, prefix: str = "", roles: Sequence[str] = DATED_ROLES) -> Q:
    """The part of `managed_times` that comes from a replacement."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    start, agenda = OuterRef(f"{prefix}start_at"), OuterRef(f"{prefix}agenda_id")
    mine = memberships_of(actor).filter(role__in=[role for role in roles if role in DATED_ROLES])
    there = mine.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=start), starts_at__lte=start)
    in_dates = Q(Exists(there.filter(all_agendas=True))) | Q(Exists(there.filter(agendas=agenda)))
    return Q(**{f"{prefix}agenda__practice_id": actor.practice_id}) & in_dates


def _lasting(roles: Sequence[str]) -> list[str]:
    return [role for role in roles if role not in DATED_ROLES]


def end_of_reach(actor: Actor, prefix: str = "") -> Case:
    """An annotation: until when the actor puts visits in an agenda they run; null when no replacement ends it.

    For rows within `managed_agendas`, whose path to the agenda is `prefix`.
    """
    agenda = OuterRef(f"{prefix}pk")
    dated = memberships_of(actor).filter(Q(all_agendas=True) | Q(agendas=agenda), role__in=DATED_ROLES)
    last = dated.order_by(F("ends_at").desc(nulls_first=True)).values("ends_at")[:1]
    lasting = managed_agendas(actor, prefix, _lasting(AGENDA_ROLES))
    # Outside a practice nothing is run: a condition without rows would leave the other branch standing.
    until: Any = When(lasting, then=Value(None)) if actor.practice_id is not None else When(pk=None, then=Value(None))
    return Case(until, default=Subquery(last), output_field=DateTimeField())


def is_within(until: datetime | None, start: datetime) -> bool:
    """Whether a visit may begin at that time, for who runs the agenda until then."""
    return until is None or start < until


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


@rule(Practitioner, "list")
def list_practitioner(actor: Actor) -> Q:
    """Whose page anybody opens: the published, and whoever the national register states and who has not objected."""
    site = RegisterSite.objects.filter(practitioner=OuterRef("pk"), gone=False)
    # Keyed by number, the wish outlives the row it was made for.
    objected = ListingWish.objects.filter(rpps=OuterRef("rpps"), objected=True)
    stated = Q(struck_off_on__isnull=True, unlisted=False) & Q(Exists(site)) & ~Q(Exists(objected))
    return Q(verification=VerificationState.PUBLISHED) | stated


@rule(ListingRequest, "handle")
def handle_listing_request(actor: Actor) -> Q:
    """What people ask about listings is decided by the platform's staff."""
    return Q() if actor.space == Space.PLATFORM else NOBODY


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


@rule(Practitioner, "describe")
def describe_practitioner(actor: Actor) -> Q:
    """Whose public words the actor writes: an owner those of the team, a practitioner their own."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    practises = Exists(memberships_of(actor).filter(role=Role.PRACTITIONER))
    return engage_practitioner(actor) | (Q(practises) & Q(user_id=actor.user_id))


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


@rule(AgendaReason, "refer")
def refer_to_offer(actor: Actor) -> Q:
    """What colleagues anywhere have opened to each other, for who runs an agenda somewhere; never for the public."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    closed = OnlineBlock.objects.filter(agenda=OuterRef("agenda_id"), closed_at__isnull=True)
    shown = Q(referrals=True, visit_reason__archived_at__isnull=True)
    known = Q(agenda__practitioner__verification=VerificationState.PUBLISHED)
    refers = Q(Exists(memberships_of(actor).filter(role__in=AGENDA_ROLES)))
    return shown & known & ~Q(Exists(closed)) & refers


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


@rule(Practice, "receive")
def receive_in_practice(actor: Actor) -> Q:
    """The practice in which the actor runs an agenda, and makes a file for who calls."""
    if actor.space != Space.PRACTICE:
        return NOBODY
    return Q(pk=actor.practice_id) & Q(Exists(memberships_of(actor).filter(role__in=AGENDA_ROLES)))


@rule(Location, "manage")
def manage_location(actor: Actor) -> Q:
    return runs_practice(actor)


@rule(Membership, "read")
def read_membership(actor: Actor) -> Q:
    """Members of the current practice see the team."""
    if actor.space != Space.PRACTICE:
        return NOBODY
    return Q(practice_id=actor.practice_id) & Q(Exists(memberships_of(actor)))


@rule(Membership, "staff")
def staff_membership(actor: Actor) -> Q:
    """Members whose role, agendas and dates an owner changes, until they have left."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    return Q(practice_id=actor.practice_id) & Q(Exists(_ownership(actor))) & _ongoing()


@rule(Membership, "end")
def end_membership(actor: Actor) -> Q:
    """Ended by an owner, by the member, and a cover by the practitioner whose agenda it opens."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    now = clock.now()
    practises = Exists(memberships_of(actor).filter(role=Role.PRACTITIONER))
    own_agenda = Exists(Agenda.objects.filter(memberships=OuterRef("pk"), practitioner__user_id=actor.user_id or 0))
    mine = Q(user_id=actor.user_id) & Q(accepted_at__lte=now) & Q(starts_at__lte=now)
    covers_me = Q(role=Role.COVER) & Q(practises) & Q(own_agenda)
    return Q(practice_id=actor.practice_id) & _ongoing() & (Q(Exists(_ownership(actor))) | mine | covers_me)


@rule(Practice, "staff")
def staff_practice(actor: Actor) -> Q:
    """The practice to which the actor invites people: its owners alone."""
    if actor.space != Space.PRACTICE:
        return NOBODY
    return Q(pk=actor.practice_id) & Q(Exists(_ownership(actor)))


@rule(Agenda, "entrust")
def entrust_agenda(actor: Actor) -> Q:
    """Agendas that the actor lends to a colleague for some days: their own, or as owner any of the practice."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    practises = Exists(memberships_of(actor).filter(role=Role.PRACTITIONER))
    own = Q(practises) & Q(practitioner__user_id=actor.user_id)
    return Q(practice_id=actor.practice_id) & (Q(Exists(_ownership(actor))) | own)


@rule(TeamInvitation, "read")
def read_invitation(actor: Actor) -> Q:
    """The invitations of the practice, for its owners."""
    if actor.space != Space.PRACTICE or actor.practice_id is None:
        return NOBODY
    return Q(practice_id=actor.practice_id) & Q(Exists(_ownership(actor)))


@rule(TeamInvitation, "withdraw")
def withdraw_invitation(actor: Actor) -> Q:
    return read_invitation(actor) & _pending()


@rule(TeamInvitation, "accept")
def accept_invitation(actor: Actor) -> Q:
    """The account whose verified address is the invited one, while who invited still owns the practice."""
    if actor.user_id is None:
        return NOBODY
    own_address = EmailAddress.objects.filter(user_id=actor.user_id, verified=True, email__iexact=OuterRef("email"))
    owner = Membership.objects.active(clock.now()).filter(
        user_id=OuterRef("invited_by_id"), practice_id=OuterRef("practice_id"), role=Role.OWNER
    )
    return _pending() & Q(Exists(own_address)) & Q(Exists(owner))


def _ongoing() -> Q:
    """Not ended: live, or still to begin or to be accepted."""
    return Q(ends_at__isnull=True) | Q(ends_at__gt=clock.now())


def _pending() -> Q:
    return Q(accepted_at__isnull=True) & Q(withdrawn_at__isnull=True) & Q(expires_at__gt=clock.now())
