"""What pages and programs show of rights to act and of invitations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise

from core import clock
from core.access import Actor, get_or_404, scoped
from core.exceptions import NotForYou
from patients.enums import Level, Relation
from patients.models import GuardianInvitation, Guardianship, Patient
from patients.selectors.guardians import Guardian, account_name, guardians_over
from patients.selectors.people import Person, person


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person, who acts for them, the invitations under way, and whether the actor may send one."""

    person: Person
    guardians: Sequence[Guardian]
    invitations: Sequence[GuardianInvitation]
    may_invite: bool

    @property
    def mine(self) -> Guardian | None:
        """The actor's own right."""
        return next((guardian for guardian in self.guardians if guardian.is_me), None)


@dataclass(frozen=True, slots=True)
class Right:
    """A right that the actor may end: their own (`is_mine`), or somebody's over them."""

    uid: UUID
    is_mine: bool
    person_name: str
    guardian_name: str | Promise


@dataclass(frozen=True, slots=True)
class Offer:
    """An invitation as the invited person sees it."""

    uid: UUID
    person_name: str
    inviter_name: str | Promise
    relation: str
    level: str
    expires_at: datetime

    @property
    def relation_label(self) -> str | Promise:
        return Relation(self.relation).label

    @property
    def level_label(self) -> str | Promise:
        return Level(self.level).label


def person_page(actor: Actor, uid: UUID) -> PersonPage:
    """All that the page of one person shows. Raises NotForYou (404)."""
    found = person(actor, uid)
    return PersonPage(
        person=found,
        guardians=guardians_over(actor, found.pk, is_person=found.is_self),
        invitations=_pending(actor, found),
        may_invite=scoped(actor, Patient, "invite").filter(pk=found.pk).exists(),
    )


def inviting_person(actor: Actor, uid: UUID) -> Person:
    """A person for whom the actor may invite somebody. Raises NotForYou (404)."""
    get_or_404(actor, Patient, "invite", uid=uid)
    return person(actor, uid)


def guardianship_to_end(actor: Actor, uid: UUID) -> Right:
    """A right the actor may end. Raises NotForYou (404)."""
    row = scoped(actor, Guardianship, "end").select_related("patient", "user__patient").filter(uid=uid).first()
    if row is None:
        raise NotForYou
    return Right(
        uid=row.uid,
        is_mine=row.user_id == actor.user_id,
        person_name=row.patient.display_name,
        guardian_name=account_name(row.user),
    )


def invitation_for(actor: Actor, uid: UUID) -> Offer:
    """The invitation made to the actor's verified address. Raises NotForYou (404) for everybody else."""
    rows = scoped(actor, GuardianInvitation, "accept").select_related("patient", "invited_by__patient")
    row = rows.filter(uid=uid).first()
    if row is None:
        raise NotForYou
    return Offer(
        uid=row.uid,
        person_name=row.patient.display_name,
        inviter_name=account_name(row.invited_by),
        relation=row.relation,
        level=row.level,
        expires_at=row.expires_at,
    )


def invitation_to_withdraw(actor: Actor, uid: UUID) -> GuardianInvitation:
    """An invitation the actor may take back. Raises NotForYou (404)."""
    found = scoped(actor, GuardianInvitation, "withdraw").select_related("patient").filter(uid=uid).first()
    if found is None:
        raise NotForYou
    return found


def _pending(actor: Actor, found: Person) -> list[GuardianInvitation]:
    """Invitations about this person that nobody has accepted yet, latest first."""
    rows = scoped(actor, GuardianInvitation, "read").filter(
        patient=found.pk, accepted_at__isnull=True, expires_at__gt=clock.now()
    )
    return list(rows.order_by("-created_at", "-pk"))
