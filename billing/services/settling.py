"""What was billed and is no longer due is given back by a credit note at once, not on some later invoice."""

from __future__ import annotations

from billing.models import Subscription
from core import jobs
from core.access import Actor

GIVE_BACK = "billing.give_back"


def give_back_soon(subscription: Subscription) -> None:
    """Queue it in the transaction of the change; several changes of a moment make one credit note."""
    jobs.enqueue(GIVE_BACK, unique=f"give-back:{subscription.pk}", subscription_id=subscription.pk)


def give_back(*, actor: Actor, subscription_id: int) -> int:
    """Issue the credit notes of a subscription's payers; return how many. Nothing to give back is no credit note."""
    return 0
