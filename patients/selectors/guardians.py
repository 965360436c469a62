"""Who acts for a person, with what each of them lets the others see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.access import Actor, scoped
from patients.enums import Level, Relation
from patients.models import Guardianship, Patient


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
    return guardians_over(actor, patient.pk, is_person=patient.user_id is not None and patient.user_id == actor.user_id)


def guardians_over(actor: Actor, patient_id: int, *, is_person: bool) -> list[Guardian]:
    """As `guardians_of`, for who knows already whether the actor is that person."""
    rows = list(
        scoped(actor, Guardianship, "read")
        .filter(patient=patient_id)
        .select_related("user__patient")
        .order_by("starts_at", "pk")
    )
    reads = is_person or any(row.user_id == actor.user_id and row.level == Level.GRANTED for row in rows)
    return [_guardian(row, actor, shown=is_person or (reads and not row.contact_hidden)) for row in rows]


def _guardian(row: Guardianship, actor: Actor, *, shown: bool) -> Guardian:
    user, is_me = row.user, row.user_id == actor.user_id
    shown = shown or is_me
    return Guardian(
        uid=row.uid,
        name=account_name(user),
        relation=row.relation,
        level=row.level,
        is_me=is_me,
        contact_hidden=row.contact_hidden,
        email=user.email if shown else "",
        phone=str(user.phone) if shown and user.phone and user.phone_verified_at else "",
        ends_at=row.ends_at,
    )


def account_name(user: User) -> str | Promise:
    """The person's civil name, else the name they chose; never guessed from the e-mail address."""
    identity: Patient | None = getattr(user, "patient", None)
    return (identity.display_name if identity else "") or user.display_name or _("Un autre proche")
