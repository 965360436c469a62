"""Who acts for a person, with what each of them lets the others see; and the invitations under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock
from core.access import Actor, get_or_404, scoped
from patients.enums import Level, Relation
from patients.models import GuardianInvitation, Guardianship, Patient


@dataclass(frozen=True, slots=True)
class Guardian:
    """A right to act for somebody, as the actor may see it. `email` and `phone` are empty when they are not shown."""

    uid: UUID
    name: str | Promise
    relation: str
    level: str
    is_me: bool
    contact_hidden: bool
    email: str
    phone: str
    ends_at: datetime | None

    @property
    def relation_label(self) -> str | Promise:
        return Relation(self.relation).label

    @property
    def level_label(self) -> str | Promise:
        return Level(self.level).label


def guardians_of(actor: Actor, patient: Patient) -> list[Guardian]:
    """Those who act for this person now, oldest right first; one statement.

    Contact details are shown to the person and to granted guardians; those of a guardian who hid them, to the person
    only. A hidden name is not guessed from the address.
    """
    rows = list(
        scoped(actor, Guardianship, "read")
        .filter(patient=patient)
        .select_related("user__patient")
        .order_by("starts_at", "pk")
    )
    is_person = patient.user_id is not None and patient.user_id == actor.user_id
    reads = is_person or any(row.user_id == actor.user_id and row.level == Level.GRANTED for row in rows)
    return [_guardian(row, actor, shown=is_person or (reads and not row.contact_hidden)) for row in rows]


def _guardian(row: Guardianship, actor: Actor, *, shown: bool) -> Guardian:
    user, is_me = row.user, row.user_id == actor.user_id
    shown = shown or is_me
    return Guardian(
        uid=row.uid,
        name=_name(row),
        relation=row.relation,
        level=row.level,
        is_me=is_me,
        contact_hidden=row.contact_hidden,
        email=user.email if shown else "",
        phone=str(user.phone) if shown and user.phone and user.phone_verified_at else "",
        ends_at=row.ends_at,
    )


def _name(row: Guardianship) -> str | Promise:
    identity: Patient | None = getattr(row.user, "patient", None)
    return (identity.display_name if identity else "") or row.user.display_name or _("Un autre proche")


def pending_invitations(actor: Actor, patient: Patient) -> list[GuardianInvitation]:
    """Invitations about this person that nobody has accepted yet, latest first."""
    return list(
        scoped(actor, GuardianInvitation, "read")
        .filter(patient=patient, accepted_at__isnull=True, expires_at__gt=clock.now())
        .order_by("-created_at", "-pk")
    )


def invitation_for(actor: Actor, uid: UUID) -> GuardianInvitation:
    """The invitation made to the actor's verified address. Raises NotForYou (404) for everybody else."""
    found = get_or_404(actor, GuardianInvitation, "accept", uid=uid)
    return GuardianInvitation.objects.select_related("patient", "invited_by__patient").get(pk=found.pk)
