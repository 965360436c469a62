"""Who may answer an offer, and what it would move."""

from __future__ import annotations

from booking.models import Appointment, WaitlistOffer
from booking.selectors.waitlist_line import current_visits
from booking.selectors.waitlist_reach import reach_of_entry
from core import clock
from core.access import Actor, Space, may


def is_entitled(actor: Actor, offer: WaitlistOffer) -> bool:
    """Whether the actor may answer without proving anything: signed in, in the patient's space."""
    return actor.space == Space.PATIENT and actor.user_id is not None and may(actor, "answer", offer)


def needs_account(offer: WaitlistOffer) -> bool:
    """Whether taking the time asks for a sign-in: somebody has an account to do it with."""
    return bool(reach_of_entry(offer.entry).users)


def current_visit_of(offer: WaitlistOffer) -> Appointment | None:
    """The visit that taking the time would move."""
    return current_visits([offer.entry], now=clock.now()).get(offer.entry_id)
