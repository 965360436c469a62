"""The people an account acts for, oneself first: the list of relatives and the choice of « pour qui ? »."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock
from core.access import Actor, scoped
from core.exceptions import NotForYou
from patients.enums import Level, Relation, Sex
from patients.models import Patient

SELF = "self"


@dataclass(frozen=True, slots=True)
class Person:
    """An identity as the actor sees it. `relation` is `self` or a `Relation`; `level` is None for oneself.

    `guardianship` is the actor's own right to act; `ends_at` when it ends by itself. `has_account`: the person edits
    their own identity.
    """

    pk: int
    uid: UUID
    first_name: str
    birth_name: str
    used_name: str
    birth_date: date
    sex: str
    relation: str
    level: str | None
    guardianship: UUID | None
    contact_hidden: bool
    ends_at: datetime | None
    has_account: bool
    is_deceased: bool

    @property
    def is_self(self) -> bool:
        return self.relation == SELF

    @property
    def may_edit(self) -> bool:
        return self.is_self or not self.has_account

    @property
    def may_read(self) -> bool:
        """Whether the actor may also read what concerns the person, beyond what they booked themselves."""
        return self.is_self or self.level == Level.GRANTED

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.used_name or self.birth_name}"

    @property
    def initials(self) -> str:
        return f"{self.first_name[:1]}{(self.used_name or self.birth_name)[:1]}".upper()

    @property
    def relation_label(self) -> str | Promise:
        return _("Moi") if self.is_self else Relation(self.relation).label

    @property
    def sex_label(self) -> str | Promise:
        return Sex(self.sex).label

    @property
    def level_label(self) -> str | Promise:
        return "" if self.level is None else Level(self.level).label


def people_of(actor: Actor, action: str = "book") -> list[Person]:
    """Oneself, then the others in the order they were added; one statement.

    The default action keeps those one may book for; `read` also shows the deceased.
    """
    found: dict[int, Person] = {}
    # Two live rights over one person are one entry: the wider one comes first.
    for row in _rows(actor, action).order_by(F("mine__level").desc(nulls_last=True), "pk"):
        found.setdefault(row.pk, _person(row, actor))
    return sorted(found.values(), key=lambda person: (not person.is_self, person.pk))


def person(actor: Actor, uid: UUID) -> Person:
    """One of `people_of`, the deceased included. Raises NotForYou (404)."""
    row = _rows(actor, "read").filter(uid=uid).order_by(F("mine__level").desc(nulls_last=True)).first()
    if row is None:
        raise NotForYou
    return _person(row, actor)


def own_identity(actor: Actor) -> Patient | None:
    """The account's own civil identity, if it was given."""
    if actor.user_id is None:
        return None
    return scoped(actor, Patient, "read").filter(user_id=actor.user_id).first()


def _rows(actor: Actor, action: str) -> QuerySet[Patient]:
    now = clock.now()
    live = Q(guardianships__accepted_at__lte=now, guardianships__starts_at__lte=now) & (
        Q(guardianships__ends_at__isnull=True) | Q(guardianships__ends_at__gt=now)
    )
    mine = FilteredRelation("guardianships", condition=live & Q(guardianships__user_id=actor.user_id))
    return (
        scoped(actor, Patient, action)
        .annotate(mine=mine)
        .annotate(
            my_relation=F("mine__relation"),
            my_level=F("mine__level"),
            my_right=F("mine__uid"),
            my_contact_hidden=F("mine__contact_hidden"),
            my_end=F("mine__ends_at"),
        )
    )


def _person(row: Patient, actor: Actor) -> Person:
    is_self = row.user_id is not None and row.user_id == actor.user_id
    return Person(
        pk=row.pk,
        uid=row.uid,
        first_name=row.first_name,
        birth_name=row.birth_name,
        used_name=row.used_name,
        birth_date=row.birth_date,
        sex=row.sex,
        relation=SELF if is_self else row.my_relation,  # type: ignore[attr-defined]
        level=None if is_self else row.my_level,  # type: ignore[attr-defined]
        guardianship=None if is_self else row.my_right,  # type: ignore[attr-defined]
        contact_hidden=bool(row.my_contact_hidden),  # type: ignore[attr-defined]
        ends_at=row.my_end,  # type: ignore[attr-defined]
        has_account=row.user_id is not None,
        is_deceased=row.deceased_on is not None,
    )
