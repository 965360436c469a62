"""From a proven identity to a page that lives: a practice with a place and a first agenda, or the team one is in already.

The title, the name and the specialty are those of the register: nothing here takes them from a form.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from core import audit, clock
from core.access import Actor
from core.text import fold
from practitioners.claim_refusals import ClaimRefusal
from practitioners.claim_states import ClaimState
from practitioners.enums import BlockCause, PracticeKind, Role, VerificationState
from practitioners.models import Agenda, Claim, Location, Membership, OnlineBlock, Place, Practice, Practitioner
from practitioners.services.claims._moving import check_stated, locked, move
from practitioners.signals import offering_changed

SLUG_LENGTH = 120


@dataclass(frozen=True, slots=True)
class PracticeWish:
    """Where one receives. `place` is an INSEE code; `site` the uid of the register's site the address comes from."""

    name: str
    street: str
    postcode: str
    place: str
    kind: str = PracticeKind.OFFICE
    phone: str = ""
    site: UUID | None = None


def open_practice(*, actor: Actor, claim: UUID, wish: PracticeWish) -> Agenda:
    """Open the practice of a proven claim, which its claimant owns, with one place and one agenda, and publish the page.

    The agenda is closed online until the owner opens it at the end of the set-up. Raises NotForYou, `claim_state`,
    `place_unknown`, `practice_name`.
    """
    place = Place.objects.filter(pk=wish.place).first()
    if place is None or wish.kind not in PracticeKind.values:
        raise ClaimRefusal("place_unknown")
    if not wish.name.strip():
        raise ClaimRefusal("practice_name")
    with transaction.atomic():
        found = locked(actor, claim, "own")
        person = _person(found)
        practice = Practice.objects.create(
            name=wish.name, slug=_free_slug(f"{wish.name} {place.name}"), kind=wish.kind, phone=wish.phone
        )
        agenda = Agenda.objects.create(
            practitioner=person, location=_location(practice, place, person, wish), practice=practice
        )
        OnlineBlock.objects.create(agenda=agenda, cause=BlockCause.OWNER)
        now = clock.now()
        Membership.objects.create(
            user_id=found.user_id, practice=practice, role=Role.OWNER, starts_at=now, accepted_at=now
        )
        found.practice = practice
        audit.record(actor, "practitioners.open_practice", practice, practice_id=practice.pk, claim=found.pk)
        _publish(actor, found, person)
    return agenda


def publish_in_team(*, actor: Actor, claim: UUID) -> None:
    """Publish the page of who is in a practice's team already: its owner opens their agenda.

    Raises NotForYou, `claim_state`, `no_team`.
    """
    with transaction.atomic():
        found = locked(actor, claim, "own")
        teams = Membership.objects.active(clock.now()).filter(
            user_id=found.user_id, role__in=(Role.OWNER, Role.PRACTITIONER)
        )
        if not teams.exists():
            raise ClaimRefusal("no_team")
        _publish(actor, found, _person(found))


def _person(claim: Claim) -> Practitioner:
    """Who the claim has proven to be. Raises `claim_state`, `claim_left`."""
    if claim.state != ClaimState.CONTROLLED or claim.practitioner_id is None:
        raise ClaimRefusal("claim_state")
    person = Practitioner.objects.select_for_update(no_key=True).get(pk=claim.practitioner_id)
    check_stated(person)
    return person


def _publish(actor: Actor, claim: Claim, person: Practitioner) -> None:
    move(actor, claim, ClaimState.PUBLISHED)
    person.verification = VerificationState.PUBLISHED
    person.save(update_fields=["verification"])
    offering_changed.send(sender=Practitioner, practitioner_ids=[person.pk])


def _location(practice: Practice, place: Place, person: Practitioner, wish: PracticeWish) -> Location:
    """The register's point when the address is the register's, else the commune's."""
    site = person.register_sites.filter(uid=wish.site, place=place).first() if wish.site else None
    point = site if site is not None and site.latitude is not None and site.street == wish.street else place
    return Location.objects.create(
        practice=practice,
        name=wish.name,
        street=wish.street,
        postcode=wish.postcode,
        place=place,
        latitude=point.latitude,
        longitude=point.longitude,
        timezone=place.timezone,
    )


def _free_slug(text: str) -> str:
    """« cabinet-martin-lyon », with a number when somebody has that name already."""
    base = fold(text).replace(" ", "-")[:SLUG_LENGTH].strip("-") or "cabinet"
    taken = set(Practice.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)
