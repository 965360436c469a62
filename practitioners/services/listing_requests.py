"""Asking, without an account, that a listing be changed or taken away; reporting one; and what staff decide.

Whoever receives the code sent to an e-mail of the register is taken for the person listed. Others ask the staff.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import normalise_email
from core import audit, clock, ratelimit
from core.access import Actor, get_or_404
from core.exceptions import NotForYou
from notifications.services import notify
from practitioners.enums import ListingAsk, ListingProof, ListingState, VerificationState
from practitioners.listing_refusals import ListingRefusal
from practitioners.messages_listing import LISTING_ANSWER, LISTING_CODE, listing_subject
from practitioners.models import ListingRequest, Practitioner
from practitioners.selectors.register_sites import ListedPerson, ShownSite, listed_person
from practitioners.services._corrections import corrections_of
from practitioners.services.listing_wishes import forget_wish, fulfil, measure

LIFE = timedelta(minutes=15)
TRIES = 5
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def ask_by_code(
    *, actor: Actor, slug: str, kind: str, site: UUID, changes: Mapping[str, Any] | None = None
) -> ListingRequest:
    """Have a code sent to the e-mail that the register gives for `site`; `prove_request` then does what is asked.

    `changes` are those of a correction: see `corrections_of`. Raises NotForYou, `listing_joined` (409),
    `contact_unknown`, `nothing_asked`, `phone_wrong`, `too_many_requests` (429).
    """
    found = _own_listing(actor, slug, kind)
    place = next((one for one in found.sites if one.site.uid == site), None)
    if place is None or not place.site.email:
        raise ListingRefusal("contact_unknown")
    wanted = _wanted(found, kind, changes)
    _spend(actor, "practitioners.listing_code", found.practitioner.rpps or "", limit=3, per=HOUR)
    code = f"{secrets.randbelow(1_000_000):06d}"
    with transaction.atomic():
        request = _write(found, kind, state=ListingState.PROVING, site=place, wanted=wanted)
        request.tries_left, request.expires_at = TRIES, clock.now() + LIFE
        request.digest = _digest(request, code)
        request.save()
        notify(
            kind=LISTING_CODE,
            channel="email",
            subject=listing_subject(request.pk),
            address=place.site.email,
            sealed={"code": code},
            expires_at=request.expires_at,
        )
        audit.record(actor, "practitioners.ask_listing_code", request, kind=kind)
    return request


def prove_request(*, actor: Actor, request: UUID, code: str) -> ListingRequest:
    """Give the code back: what was asked is done at once, and told to the address that proved it.

    Raises NotForYou, `listing_code_wrong` (five tries, fifteen minutes), `listing_joined` (409) when the person has opened
    a page meanwhile, `too_many_requests` (429).
    """
    _spend(actor, "practitioners.listing_try", str(request), limit=10, per=HOUR)
    with transaction.atomic():
        found = ListingRequest.objects.select_for_update().filter(uid=request).first()
        if found is None or found.state != ListingState.PROVING:
            raise NotForYou
        right = _is_right(found, code)
        found.tries_left -= 1 if found.tries_left else 0
        if right:
            found.state, found.proof, found.decided_at = ListingState.DONE, ListingProof.EMAIL, clock.now()
            found.digest = ""
            _check_unjoined(found.rpps, found.kind)
            fulfil(found)
            _tell(found)
            audit.record(actor, "practitioners.prove_listing_request", found, kind=found.kind)
        found.save()
    # Raised after the commit, so that the try it cost stays spent.
    if not right:
        raise ListingRefusal("listing_code_wrong")
    return found


def ask_staff(
    *, actor: Actor, slug: str, kind: str, contact: str, words: str = "", changes: Mapping[str, Any] | None = None
) -> ListingRequest:
    """Ask the platform's staff, for who holds no address of the register. `contact` is where they answer.

    Raises NotForYou, `listing_joined` (409), `contact_missing`, `nothing_asked`, `phone_wrong`, `too_many_requests` (429).
    """
    found = _own_listing(actor, slug, kind)
    if not contact:
        raise ListingRefusal("contact_missing")
    wanted = _wanted(found, kind, changes, words)
    _spend(actor, "practitioners.listing_ask", found.practitioner.rpps or "", limit=5, per=DAY)
    with transaction.atomic():
        request = _write(
            found, kind, state=ListingState.WAITING, wanted=wanted, words=words, contact=normalise_email(contact)
        )
        audit.record(actor, "practitioners.ask_listing_change", request, kind=kind)
    return request


def report_listing(*, actor: Actor, slug: str, reason: str, words: str = "", contact: str = "") -> ListingRequest:
    """Tell the staff that a listing is wrong. They answer when `contact` is given. Raises NotForYou, `too_many_requests`."""
    found = listed_person(actor, slug)
    _spend(actor, "practitioners.report_listing", str(found.practitioner.pk), limit=10, per=DAY)
    with transaction.atomic():
        request = _write(
            found,
            ListingAsk.REPORT,
            state=ListingState.WAITING,
            words=words,
            contact=normalise_email(contact) if contact else "",
            reason=reason,
        )
        audit.record(actor, "practitioners.report_listing", request, reason=reason)
    return request


def decide_request(
    *, actor: Actor, request: UUID, accept: bool, answer: str, step: str = "", site: str = ""
) -> ListingRequest:
    """Staff answer a request. Accepted, it takes effect at once; after a report, `step` says what is done.

    `step` is one of `ListingAsk` but REPORT, or empty; CORRECTION closes the site of key `site`. Raises NotForYou,
    `already_decided` (409), `answer_missing`, `measure_needs_site`, `listing_joined` (409).
    """
    if not answer.strip():
        raise ListingRefusal("answer_missing")
    if step == ListingAsk.CORRECTION and not site:
        raise ListingRefusal("measure_needs_site")
    with transaction.atomic():
        get_or_404(actor, ListingRequest, "handle", uid=request)
        found = ListingRequest.objects.select_for_update().get(uid=request)
        if found.state != ListingState.WAITING:
            raise ListingRefusal("already_decided")
        found.state = ListingState.DONE if accept else ListingState.REFUSED
        found.proof, found.answer = ListingProof.STAFF, answer.strip()
        found.decided_by_id, found.decided_at = actor.user_id, clock.now()
        found.save()
        if accept and found.rpps:
            _check_unjoined(found.rpps, step or found.kind)
            fulfil(found)
            if found.kind == ListingAsk.REPORT and step:
                measure(found.rpps, ListingAsk(step), {site: {"closed": True}} if site else None)
        if found.contact:
            _tell(found)
        audit.record(actor, "practitioners.decide_listing_request", found, accept=accept, step=step)
    return found


def restore_listing(*, actor: Actor, request: UUID) -> ListingRequest:
    """Staff undo what a request did, for who asked to be shown again. Raises NotForYou."""
    with transaction.atomic():
        found = get_or_404(actor, ListingRequest, "handle", uid=request, state=ListingState.DONE)
        if found.kind == ListingAsk.REPORT or not found.rpps:
            raise NotForYou
        forget_wish(found.rpps, found.kind)
        audit.record(actor, "practitioners.restore_listing", found, kind=found.kind)
    return found


def _own_listing(actor: Actor, slug: str, kind: str) -> ListedPerson:
    """Who has joined keeps their page themselves, but for the addresses that the register alone states."""
    found = listed_person(actor, slug)
    kept = found.joined and (kind == ListingAsk.OBJECTION or not found.sites)
    if kept or not found.practitioner.rpps:
        raise ListingRefusal("listing_joined")
    return found


def _check_unjoined(rpps: str, kind: str) -> None:
    """Nobody takes a page away from who keeps it: an objection asked before they joined would change nothing they show."""
    joined = Practitioner.objects.filter(rpps=rpps, verification=VerificationState.PUBLISHED, agendas__isnull=False)
    if kind == ListingAsk.OBJECTION and joined.exists():
        raise ListingRefusal("listing_joined")


def _wanted(found: ListedPerson, kind: str, changes: Mapping[str, Any] | None, words: str = "") -> dict[str, Any]:
    if kind != ListingAsk.CORRECTION:
        return {}
    wanted = corrections_of(found.sites, changes or {})
    if not wanted and not words.strip():
        raise ListingRefusal("nothing_asked")
    return wanted


def _write(found: ListedPerson, kind: str, *, site: ShownSite | None = None, **fields: Any) -> ListingRequest:
    person: Practitioner = found.practitioner
    return ListingRequest.objects.create(
        kind=kind, rpps=person.rpps or "", practitioner=person, site=site.site if site else None, **fields
    )


def _spend(actor: Actor, bucket: str, key: str, *, limit: int, per: timedelta) -> None:
    """So much about one listing, and a few times so much from one network address."""
    ratelimit.spend(bucket, key, limit=limit, per=per)
    ratelimit.spend(f"{bucket}_from", actor.ip, limit=4 * limit, per=per)


def _digest(request: ListingRequest, code: str) -> str:
    return salted_hmac(LISTING_CODE, f"{request.uid}:{code}", algorithm="sha256").hexdigest()


def _is_right(request: ListingRequest, code: str) -> bool:
    given = _digest(request, "".join(code.split()))
    live = request.tries_left > 0 and request.expires_at is not None and request.expires_at > clock.now()
    return constant_time_compare(given, request.digest) and live


def _tell(request: ListingRequest) -> None:
    address = request.contact or (request.site.email if request.site else "")
    if address:
        notify(kind=LISTING_ANSWER, channel="email", subject=listing_subject(request.pk), address=address)
