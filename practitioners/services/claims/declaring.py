"""Saying who one is: a number with a right key, then the register's word on number, name and profession."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.access import Actor, Space
from core.db import constraint_name
from core.exceptions import NotForYou
from core.ratelimit import spend
from practitioners.claim_refusals import ClaimRefusal
from practitioners.claim_states import HOLDING, OPEN, ClaimState
from practitioners.models import Claim, Practitioner
from practitioners.models.specialty import Profession
from practitioners.register.identifiers import is_adeli, is_rpps
from practitioners.register_match import mismatch_of
from practitioners.services.claims._moving import empty_documents, locked, mark_contested, move, user_of

TRIES, PER = 10, timedelta(hours=1)


def declare_claim(
    *, actor: Actor, rpps: str, last_name: str, first_name: str, profession: str, page: str = ""
) -> Claim:
    """Claim a person of the register by number, name and profession; `page` is the slug of the listing one comes from.

    The claim goes as far as what is declared allows: `id_valid`, or `register_match` when the register agrees. Raises
    NotForYou, `rpps_wrong`, `rpps_other_page`, `profession_unknown`, `claim_open`, `already_joined`, `too_many_requests`.
    """
    user = user_of(actor)
    if actor.space != Space.PATIENT or not actor.strong:
        raise NotForYou
    number = national_number(rpps)
    if profession not in Profession.values:
        raise ClaimRefusal("profession_unknown")
    spend("practitioners.claim", str(user), limit=TRIES, per=PER)
    try:
        with transaction.atomic():
            return _declare(actor, user, number, last_name, first_name, profession, page)
    except IntegrityError as error:
        if constraint_name(error) == "claim_one_open":
            raise ClaimRefusal("claim_open") from error
        raise


def withdraw_claim(*, actor: Actor, claim: UUID) -> None:
    """Give up an open claim; a page it held is free again. Raises NotForYou, `claim_state`."""
    with transaction.atomic():
        found = locked(actor, claim, "own")
        held = found.state == ClaimState.CONTROLLED
        move(actor, found, ClaimState.WITHDRAWN)
        empty_documents(found)
        if held:
            Practitioner.objects.filter(claims=found, user_id=found.user_id).update(user=None)


def national_number(typed: str) -> str:
    """The RPPS, or the ADELI number, from what was typed, with the national prefix (« 8 », « 0 ») or not. Raises `rpps_wrong`."""
    digits = "".join(typed.split()).replace(".", "").upper()
    if (len(digits), digits[:1]) in ((12, "8"), (10, "0")):
        digits = digits[1:]
    if not (is_rpps(digits) or is_adeli(digits)):
        raise ClaimRefusal("rpps_wrong")
    return digits


def _declare(
    actor: Actor, user: int, number: str, last_name: str, first_name: str, profession: str, page: str
) -> Claim:
    if Practitioner.objects.filter(user_id=user).exists():
        raise ClaimRefusal("already_joined")
    person = Practitioner.objects.select_related("specialty").filter(rpps=number).first()
    if page and (person is None or person.slug != page):
        raise ClaimRefusal("rpps_other_page")
    claim = Claim.objects.create(
        user_id=user, rpps=number, last_name=last_name, first_name=first_name, profession=profession
    )
    audit.record(actor, "practitioners.claim_declared", claim)
    move(actor, claim, ClaimState.ID_VALID)
    look_up(actor, claim, person)
    return claim


def look_up(actor: Actor, claim: Claim, person: Practitioner | None) -> None:
    """Ask the register about a claim whose number is valid; it goes on when the register agrees."""
    claim.mismatch = mismatch_of(
        person, last_name=claim.last_name, first_name=claim.first_name, profession=claim.profession
    )
    if claim.mismatch or person is None:
        claim.save(update_fields=["mismatch"])
        return
    claim.practitioner = person
    others = Claim.objects.filter(practitioner=person, state__in={*OPEN, *HOLDING}).exclude(pk=claim.pk)
    claim.contested = others.exists() or person.user_id is not None
    move(actor, claim, ClaimState.REGISTER_MATCH, contested=claim.contested)
    mark_contested(others)
