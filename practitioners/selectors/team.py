"""The team of a practice as its members see it: who, as what, on which agendas, until when, and who is invited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When

from core import clock
from core.access import Actor, get_or_404, scoped
from core.exceptions import NotForYou
from practitioners.enums import Role
from practitioners.models import Agenda, Location, Membership, Practice, TeamInvitation

DEFAULT_ZONE = "Europe/Paris"
ORDER = (Role.OWNER, Role.PRACTITIONER, Role.LOCUM, Role.COVER, Role.SECRETARY, Role.ACCOUNTANT)


@dataclass(frozen=True, slots=True)
class Member:
    """One membership that has not ended. Days are local and included; `last_day` None is without end."""

    uid: UUID
    name: str
    email: str
    role: str
    all_agendas: bool
    agendas: Sequence[str]
    first_day: date
    last_day: date | None
    is_me: bool
    begins_later: bool
    may_change: bool
    may_end: bool

    @property
    def role_label(self) -> Any:
        return Role(self.role).label


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that waits for its answer."""

    uid: UUID
    email: str
    role: str
    all_agendas: bool
    agendas: Sequence[str]
    last_day: date | None
    expires_at: datetime

    @property
    def role_label(self) -> Any:
        return Role(self.role).label


@dataclass(frozen=True, slots=True)
class Team:
    practice: Practice
    zone: str
    members: Sequence[Member]
    invitations: Sequence[Invited]
    may_staff: bool
    may_cover: bool


@dataclass(frozen=True, slots=True)
class Received:
    """An invitation as the invited person sees it."""

    uid: UUID
    practice_uid: UUID
    practice_name: str
    inviter_name: str
    role: str
    all_agendas: bool
    agendas: Sequence[str]
    first_day: date
    last_day: date | None
    expires_at: datetime
    zone: str

    @property
    def role_label(self) -> Any:
        return Role(self.role).label


def zone_of_team(practice_id: int) -> ZoneInfo:
    """The clock by which the dates of a team are read: that of the practice's first location."""
    zones = Location.objects.filter(practice=practice_id).order_by("pk").values_list("timezone", flat=True)
    return ZoneInfo(zones.first() or DEFAULT_ZONE)


def team_of(actor: Actor) -> Team:
    """The team of the current practice; invitations for its owners alone. Raises NotForYou."""
    practice = get_or_404(actor, Practice, "work")
    zone = zone_of_team(practice.pk)
    changeable = set(scoped(actor, Membership, "staff").values_list("pk", flat=True))
    endable = set(scoped(actor, Membership, "end").values_list("pk", flat=True))
    invitations = scoped(actor, TeamInvitation, "withdraw").prefetch_related(_agendas()).order_by("-created_at", "-pk")
    members = [
        _member(row, zone, actor, may_change=row.pk in changeable, may_end=row.pk in endable)
        for row in _ongoing(actor)
        if row.accepted_at is not None
    ]
    return Team(
        practice=practice,
        zone=zone.key,
        members=members,
        invitations=[_invited(row, zone) for row in invitations],
        may_staff=scoped(actor, Practice, "staff").filter(pk=practice.pk).exists(),
        may_cover=scoped(actor, Agenda, "entrust").exists(),
    )


def member_to_change(actor: Actor, uid: UUID) -> tuple[Member, Membership]:
    """A member whose role, agendas and dates the actor changes. Raises NotForYou."""
    return _shown(actor, scoped(actor, Membership, "staff"), uid)


def member_to_end(actor: Actor, uid: UUID) -> tuple[Member, Membership]:
    """A member whose time in the practice the actor may end, oneself included. Raises NotForYou."""
    return _shown(actor, scoped(actor, Membership, "end"), uid)


def staffed_practice(actor: Actor) -> Practice:
    """The practice into which the actor invites. Raises NotForYou."""
    return get_or_404(actor, Practice, "staff")


def agendas_of_team(actor: Actor) -> list[tuple[str, str]]:
    """(uid, label) of the agendas that an owner opens to a member."""
    return _labelled(scoped(actor, Agenda, "manage"))


def agendas_to_entrust(actor: Actor) -> list[tuple[str, str]]:
    """(uid, label) of the agendas the actor lends to a colleague. Raises NotForYou when there is none."""
    found = _labelled(scoped(actor, Agenda, "entrust"))
    if not found:
        raise NotForYou
    return found


def colleagues_of(actor: Actor) -> list[tuple[str, str]]:
    """(uid of the membership, name) of those who may stand in for a colleague, the actor left out."""
    now = clock.now()
    rows = [
        row
        for row in _ongoing(actor)
        if row.role in (Role.OWNER, Role.PRACTITIONER, Role.LOCUM)
        and row.user_id != actor.user_id
        and row.accepted_at is not None
        and row.starts_at <= now
    ]
    return [(str(row.uid), name_of(row.user)) for row in rows]


def invitation_received(actor: Actor, uid: UUID) -> Received:
    """The invitation made to the actor's verified address. Raises NotForYou to everybody else."""
    rows = scoped(actor, TeamInvitation, "accept").select_related("practice", "invited_by__practitioner")
    row = rows.prefetch_related(_agendas()).filter(uid=uid).first()
    if row is None:
        raise NotForYou
    zone = zone_of_team(row.practice_id)
    return Received(
        uid=row.uid,
        practice_uid=row.practice.uid,
        practice_name=row.practice.name,
        inviter_name=name_of(row.invited_by),
        role=row.role,
        all_agendas=row.all_agendas,
        agendas=[label_of(agenda) for agenda in row.agendas.all()],
        first_day=clock.local_date(row.starts_at, zone),
        last_day=_last_day(row.ends_at, zone),
        expires_at=row.expires_at,
        zone=zone.key,
    )


def name_of(user: Any) -> str:
    """What colleagues call somebody: the practitioner's name, else what the account shows."""
    practitioner = getattr(user, "practitioner", None)
    return practitioner.display_name if practitioner is not None else user.salutation


def label_of(agenda: Agenda) -> str:
    return f"{agenda.practitioner.display_name}, {agenda.location.name}"


def _agendas() -> Prefetch[Any]:
    rows = Agenda.objects.select_related("practitioner", "location").order_by("practitioner__name_key", "pk")
    return Prefetch("agendas", queryset=rows)


def _labelled(rows: QuerySet[Agenda]) -> list[tuple[str, str]]:
    found = rows.select_related("practitioner", "location").order_by("practitioner__name_key", "pk")
    return [(str(agenda.uid), label_of(agenda)) for agenda in found]


def _ongoing(actor: Actor) -> QuerySet[Membership]:
    """The members who have not left, by role and then by name of account."""
    ongoing = Q(ends_at__isnull=True) | Q(ends_at__gt=clock.now())
    place = Case(
        *(When(role=role, then=Value(position)) for position, role in enumerate(ORDER)), output_field=IntegerField()
    )
    rows = scoped(actor, Membership, "read").filter(ongoing)
    return rows.select_related("user__practitioner").prefetch_related(_agendas()).order_by(place, "user__email", "pk")


def _shown(actor: Actor, allowed: QuerySet[Membership], uid: UUID) -> tuple[Member, Membership]:
    row = allowed.select_related("user__practitioner").prefetch_related(_agendas()).filter(uid=uid).first()
    if row is None:
        raise NotForYou
    return _member(row, zone_of_team(row.practice_id), actor, may_change=True, may_end=True), row


def _member(row: Membership, zone: ZoneInfo, actor: Actor, *, may_change: bool, may_end: bool) -> Member:
    return Member(
        uid=row.uid,
        name=name_of(row.user),
        email=row.user.email,
        role=row.role,
        all_agendas=row.all_agendas,
        agendas=[label_of(agenda) for agenda in row.agendas.all()],
        first_day=clock.local_date(row.starts_at, zone),
        last_day=_last_day(row.ends_at, zone),
        is_me=row.user_id == actor.user_id,
        begins_later=row.starts_at > clock.now(),
        may_change=may_change,
        may_end=may_end,
    )


def _invited(row: TeamInvitation, zone: ZoneInfo) -> Invited:
    return Invited(
        uid=row.uid,
        email=row.email,
        role=row.role,
        all_agendas=row.all_agendas,
        agendas=[label_of(agenda) for agenda in row.agendas.all()],
        last_day=_last_day(row.ends_at, zone),
        expires_at=row.expires_at,
    )


def _last_day(ends_at: datetime | None, zone: ZoneInfo) -> date | None:
    """The last local day of a half-open end."""
    return clock.local_date(ends_at - timedelta(microseconds=1), zone) if ends_at is not None else None
