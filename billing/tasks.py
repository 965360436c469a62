"""Jobs of subscriptions: a few lines each, ids only."""

from billing.services.lifecycle import follow_calendar
from billing.services.settling import GIVE_BACK, give_back
from core.access import system_actor
from core.jobs import handler


@handler("billing.follow_calendar")
def follow() -> None:
    """Each night: trials begin and end, cancellations fall due, pauses follow leaves."""
    follow_calendar(actor=system_actor("billing.calendar"))


@handler(GIVE_BACK)
def give_back_what_was_billed(*, subscription_id: int) -> None:
    """After a pause, a gift or a departure: a credit note for the days billed that are no longer due."""
    give_back(actor=system_actor("billing.give_back"), subscription_id=subscription_id)
