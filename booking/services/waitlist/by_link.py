"""Answers given through the link of a message: after the birth date, or signed in; leaving asks for neither."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from booking.models import Appointment, WaitlistEntry, WaitlistOffer
from booking.selectors.waitlist_answer import is_entitled, needs_account
from booking.services.answers import LinkClosed
from booking.services.waitlist._frame import WaitlistRefused
from booking.services.waitlist.answering import accept, decline
from booking.services.waitlist.leaving import leave
from booking.waitlist_links import birth_date_of, offer_behind
from core import idempotency, ratelimit
from core.access import Actor, Space
from core.exceptions import NotForYou

TAKE, DECLINE, LEAVE = "take", "decline", "leave"


def open_offer_link(*, actor: Actor, token: str, birth_date: date) -> WaitlistOffer:
    """The offer, for who gives the patient's birth date.

    Raises `link_closed` for another date and for a link that is not ours, alike; `too_many_requests` (429) after six
    tries in twelve hours at one link, thirty in an hour from one address.
    """
    ratelimit.spend("booking.waitlist_link", f"link:{token[:60]}", limit=6, per=timedelta(hours=12))
    ratelimit.spend("booking.waitlist_link", f"ip:{actor.ip}", limit=30, per=timedelta(hours=1))
    found = offer_behind(token)
    if found is None or birth_date_of(found.entry) != birth_date:
        raise LinkClosed
    return found


def answer_by_link(
    *, actor: Actor, token: str, act: str, proven: bool, claim: idempotency.Claim | None = None
) -> Appointment | WaitlistOffer | WaitlistEntry:
    """Take the time, decline it or leave the list. Done again, it changes nothing.

    `proven`: the birth date was given in this session. Leaving needs the link alone, as the address of every list does.
    Taking a time asks somebody who has an account to sign in: `sign_in_needed`. Raises NotForYou for a link that is not
    ours, without proof, for another act; and as `accept_offer` and `decline_offer`.
    """
    found = offer_behind(token)
    if found is None:
        raise NotForYou
    patient_side = replace(actor, space=Space.PATIENT, practice_id=None)
    if act == LEAVE:
        return leave(patient_side, found.entry)
    entitled = is_entitled(actor, found)
    if act not in (TAKE, DECLINE) or not (entitled or proven):
        raise NotForYou
    if act == DECLINE:
        return decline(patient_side, found, claim=claim)
    if not entitled and needs_account(found):
        raise WaitlistRefused("sign_in_needed")
    return accept(patient_side, found, claim=claim)
