"""The waitlist: joining and leaving, keeping a freed time for the first in line, and the answers."""

from booking.services.waitlist import _jobs  # noqa: F401  (registers the handlers)
from booking.services.waitlist._frame import WaitlistRefused
from booking.services.waitlist.answering import accept_offer, decline_offer
from booking.services.waitlist.joining import When, enlist_caller, join_waitlist
from booking.services.waitlist.leaving import (
    end_when_over,
    forget_agendas,
    leave_waitlist,
    look_again,
    remove_from_waitlist,
    review_waitlist,
)
from booking.services.waitlist.offering import (
    check_offers,
    expire_offer,
    offer_freed,
    withdraw_offer,
    withdraw_untold,
)

__all__ = [
    "WaitlistRefused",
    "When",
    "accept_offer",
    "check_offers",
    "decline_offer",
    "end_when_over",
    "enlist_caller",
    "expire_offer",
    "forget_agendas",
    "join_waitlist",
    "leave_waitlist",
    "look_again",
    "offer_freed",
    "remove_from_waitlist",
    "review_waitlist",
    "withdraw_offer",
    "withdraw_untold",
]
