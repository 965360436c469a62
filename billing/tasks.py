"""Jobs of subscriptions: a few lines each, ids only."""

from billing.days import today
from billing.services.lifecycle import begin_trials, due_subscriptions, follow_one, warn_trials
from billing.services.settling import GIVE_BACK, give_back
from core.access import system_actor
from core.jobs import enqueue, handler

FOLLOW = "billing.follow_subscription"


@handler("billing.follow_calendar")
def follow_calendar() -> None:
    """Each night: trials begin or are said to end, and whatever else the day changes is a job of its own."""
    day = today()
    begin_trials(actor=system_actor("billing.calendar"), day=day)
    warn_trials(actor=system_actor("billing.calendar"), day=day)
    for pk in due_subscriptions(day):
        enqueue(FOLLOW, unique=f"{FOLLOW}:{pk:012d}", subscription_id=pk)


@handler(FOLLOW)
def follow_subscription(*, subscription_id: int) -> None:
    """A trial ends, a cancellation falls due, a pause follows its leave."""
    follow_one(actor=system_actor("billing.calendar"), subscription_id=subscription_id)


@handler(GIVE_BACK)
def give_back_what_was_billed(*, subscription_id: int) -> None:
    """After a pause, a gift or a departure: a credit note for the days billed that are no longer due."""
    give_back(actor=system_actor("billing.give_back"), subscription_id=subscription_id)
