"""What the public reads about a practitioner, the place and the practice, by the owner or the person, in one act or each alone.

Name, title and specialty are not here: they come from the national register.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction

from core import audit, clock
from core.access import Actor, get_or_404
from practitioners.changes import assign, differences, facts_of
from practitioners.exceptions import Refusal, check_version
from practitioners.languages import LANGUAGES
from practitioners.models import Agenda, Location, Practice, Practitioner
from practitioners.signals import offering_changed

TEXTS = frozenset(
    {"presentation", "payment_means", "phone", "phone_hours", "email", "access_notes", "transit", "sector_declared_on"}
)


class PersonFields(TypedDict, total=False):
    """What a practitioner says of themself; languages are codes of `practitioners.languages`."""

    languages: Sequence[str]
    presentation: str
    payment_means: str
    vitale: bool
    sector: str
    optam: bool


class PlaceFields(TypedDict, total=False):
    """How one gets to a location."""

    wheelchair_accessible: bool
    access_notes: str
    transit: str


class PracticeFields(TypedDict, total=False):
    """How one reaches a practice."""

    phone: str
    phone_hours: str
    email: str


@dataclass(frozen=True, slots=True)
class Described:
    """What one group of a public page becomes: which row, its new words, and the version one has read."""

    row: UUID
    changes: Mapping[str, Any]
    expected: str | None = None


def describe_page(
    *, actor: Actor, person: Described | None = None, place: Described | None = None, practice: Described | None = None
) -> None:
    """Change the three groups of a public page together, or none of them.

    Raises as the act of each group: NotForYou, `language_unknown`, `changed_meanwhile`.
    """
    with transaction.atomic(durable=True):
        # Always in this order, so that two pages saved at once wait for one another.
        if practice is not None:
            _describe_practice(actor, practice)
        if place is not None:
            _describe_location(actor, place)
        if person is not None:
            _describe_practitioner(actor, person)


def describe_practitioner(
    *, actor: Actor, practitioner: UUID, changes: PersonFields, expected: str | None = None
) -> Practitioner:
    """Change the public words about a practitioner. A sector that changes is declared today.

    Raises NotForYou, `language_unknown`, `changed_meanwhile`.
    """
    with transaction.atomic(durable=True):
        return _describe_practitioner(actor, Described(practitioner, changes, expected))


def describe_location(*, actor: Actor, location: UUID, changes: PlaceFields, expected: str | None = None) -> Location:
    """Change how one gets to a location of the practice. Raises NotForYou, `changed_meanwhile`."""
    with transaction.atomic(durable=True):
        return _describe_location(actor, Described(location, changes, expected))


def describe_practice(
    *, actor: Actor, practice: UUID, changes: PracticeFields, expected: str | None = None
) -> Practice:
    """Change the practice's phone, its hours and its address for letters. Owners only.

    Raises NotForYou, `changed_meanwhile`.
    """
    with transaction.atomic(durable=True):
        return _describe_practice(actor, Described(practice, changes, expected))


def _describe_practitioner(actor: Actor, wish: Described) -> Practitioner:
    found = get_or_404(actor, Practitioner, "describe", uid=wish.row)
    wanted: dict[str, Any] = dict(wish.changes)
    if "languages" in wanted:
        wanted["languages"] = list(dict.fromkeys(wanted["languages"]))
        if not set(wanted["languages"]) <= LANGUAGES.keys():
            raise Refusal("language_unknown")
    row = Practitioner.objects.select_for_update().get(pk=found.pk)
    check_version(row, wish.expected)
    changed = differences(row, wanted)
    if {"sector", "optam"} & changed.keys():
        changed["sector_declared_on"] = clock.now().date()
    if changed:
        _write(actor, "practitioners.describe_practitioner", row, changed, actor.practice_id)
        offering_changed.send(sender=Practitioner, practitioner_ids=[row.pk])
    return row


def _describe_location(actor: Actor, wish: Described) -> Location:
    found = get_or_404(actor, Location, "manage", uid=wish.row)
    row = Location.objects.select_for_update().get(pk=found.pk)
    check_version(row, wish.expected)
    changed = differences(row, dict(wish.changes))
    if changed:
        _write(actor, "practitioners.describe_location", row, changed, row.practice_id)
        people = Agenda.objects.filter(location=row).order_by("practitioner_id")
        ids = list(people.values_list("practitioner_id", flat=True).distinct())
        offering_changed.send(sender=Location, practitioner_ids=ids)
    return row


def _describe_practice(actor: Actor, wish: Described) -> Practice:
    found = get_or_404(actor, Practice, "staff", uid=wish.row)
    row = Practice.objects.select_for_update().get(pk=found.pk)
    check_version(row, wish.expected)
    changed = differences(row, dict(wish.changes))
    if changed:
        _write(actor, "practitioners.describe_practice", row, changed, row.pk)
    return row


def _write(actor: Actor, action: str, row: Any, changed: dict[str, Any], practice_id: int | None) -> None:
    facts = facts_of(row, changed, texts=TEXTS)
    assign(row, changed)
    audit.record(actor, action, row, practice_id=practice_id, **facts)
