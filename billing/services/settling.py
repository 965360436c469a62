"""What was billed and is no longer due is given back by a credit note at once, not on some later invoice."""

from __future__ import annotations

from billing.days import today
from billing.models import Payer, Subscription
from billing.money import months_before
from billing.selectors.subscription import month_to_bill
from billing.services.giving_back import give_back_days
from core import jobs
from core.access import Actor

GIVE_BACK = "billing.give_back"


def give_back_soon(subscription: Subscription) -> None:
    """Queue it in the transaction of the change; several changes of a moment make one credit note."""
    jobs.enqueue(GIVE_BACK, unique=f"give-back:{subscription.pk}", subscription_id=subscription.pk)


def give_back(*, actor: Actor, subscription_id: int) -> int:
    """Issue the credit notes of a subscription's payers; return how many. Nothing to give back is no credit note."""
    practice = Subscription.objects.values_list("practice_id", flat=True).get(pk=subscription_id)
    payers = list(Payer.objects.filter(practice=practice).order_by("pk"))
    last_billed = months_before(month_to_bill(today()), 1)
    return len(give_back_days(actor=actor, payers=payers, month=last_billed))
