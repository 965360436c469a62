"""Taking a person off the list when something else than an answer or her own wish does it: why, and who is told."""

from __future__ import annotations

from booking.enums import WaitlistAnswer, WaitlistEnd, WaitlistState
from booking.messages_waitlist import ENDED
from booking.models import WaitlistEntry, WaitlistOffer
from booking.selectors.waitlist_people import zone_of
from booking.selectors.waitlist_reach import reach_of_entry, ways_to
from booking.services.waitlist._frame import close, record
from core import clock
from core.access import Actor
from notifications.decent_hours import decent
from notifications.services import notify_many

# What the person did herself, or must not be told of.
UNTOLD = {WaitlistEnd.VISIT_CANCELLED, WaitlistEnd.DECEASED, WaitlistEnd.FORGOTTEN}


def end_entry(actor: Actor, entry: WaitlistEntry, why: WaitlistEnd) -> WaitlistOffer | None:
    """Take the person off the list and tell her; gives the offer that was taken back, if any.

    The caller holds the lock of the practitioner of that offer.
    """
    offer = finish(entry, WaitlistState.ENDED, why)
    record(actor, "booking.end_waitlist_entry", entry, why=str(why))
    if why not in UNTOLD:
        about = {"kind": ENDED, "subject": f"waitlist_entry:{entry.pk}", "due_at": decent(clock.now(), zone_of(entry))}
        ways = ways_to(entry, reach_of_entry(entry))
        # News that asks for nothing: no SMS for it where there is another way.
        notify_many([{**about, **way} for way in ways if way["channel"] != "sms" or "address" in way])
    return offer


def finish(entry: WaitlistEntry, state: WaitlistState, why: str = "") -> WaitlistOffer | None:
    """Write the end of an entry; the time kept for it is taken back and given to the caller to go on with."""
    entry.state, entry.ended_by, entry.ended_at = state, why, clock.now()
    entry.save(update_fields=["state", "ended_by", "ended_at"])
    offers = WaitlistOffer.objects.filter(entry=entry, answer=WaitlistAnswer.WAITING).select_related("agenda", "task")
    offer = offers.first()
    if offer is not None:
        close(offer, WaitlistAnswer.WITHDRAWN)
    return offer
