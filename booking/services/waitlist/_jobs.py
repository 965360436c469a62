"""Jobs of the waitlist: a few lines each, ids only; each runs in the transaction of its job."""

from booking.services import _freed
from booking.services.waitlist._offering import END
from booking.services.waitlist.leaving import END_ENTRY, end_when_over, review_waitlist
from booking.services.waitlist.offering import check_offers, expire_offer, offer_freed
from core.jobs import handler


@handler(_freed.JOB)
def offer_freed_time(*, performer_id: int, instants: list[int]) -> None:
    """Keep a time that is free again for the first in line."""
    offer_freed(performer=performer_id, instants=instants)


@handler(END)
def end_offer(*, offer_id: int) -> None:
    """An offer is over: the next in line."""
    expire_offer(offer=offer_id)


@handler(END_ENTRY)
def end_entry_when_over(*, entry_id: int) -> None:
    """Somebody may wait for nothing any more."""
    end_when_over(entry=entry_id)


@handler("booking.review_waitlist")
def review() -> None:
    """Find those who wait for nothing any more."""
    review_waitlist()


@handler(_freed.CHECK)
def check_kept_times(*, performer_id: int) -> None:
    """The hours of somebody changed: a time kept may be one that cannot be had."""
    check_offers(performer=performer_id)
