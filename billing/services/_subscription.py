"""What every act on a subscription shares: its lock, its days, its history and the move of its state."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from billing.days import today
from billing.enums import SubscriptionState as State
from billing.exceptions import BillingRefusal
from billing.machine import Event, may, step
from billing.models import Subscription, SubscriptionEvent
from billing.money import month_of, months_before
from core import audit
from core.access import Actor, get_or_404
from core.access.actors import Space

# How far ahead a change may be planned.
AHEAD_MONTHS = 12


def locked(actor: Actor, uid: UUID, action: str = "manage", *, expected_revision: int | None = None) -> Subscription:
    """The subscription, until the transaction ends. Raises NotForYou, `changed_meanwhile`."""
    found = get_or_404(actor, Subscription, action, uid=uid)
    row = Subscription.objects.select_for_update(of=("self",)).select_related("practice").get(pk=found.pk)
    if expected_revision is not None and row.revision != expected_revision:
        raise BillingRefusal("changed_meanwhile")
    return row


def require_running(subscription: Subscription) -> None:
    """Raises `not_subscribed` for a cancelled one, and `ending` for one that is about to end."""
    if subscription.state == State.CANCELLED:
        raise BillingRefusal("not_subscribed")
    if subscription.cancels_on is not None:
        raise BillingRefusal("ending", on=subscription.cancels_on.isoformat())


def day_of_change(actor: Actor, on: date | None) -> date:
    """The day from which a change counts, today when none is given.

    A practice changes the present and the future; billing staff may also correct this month and the one before. Raises
    `day_past`, `day_too_early`, `day_too_far`.
    """
    now = today()
    day = on or now
    if day > month_of(months_before(now, -AHEAD_MONTHS)):
        raise BillingRefusal("day_too_far")
    if day >= now:
        return day
    if actor.space == Space.PRACTICE:
        raise BillingRefusal("day_past")
    if day < months_before(now, 1):
        raise BillingRefusal("day_too_early")
    return day


def move(subscription: Subscription, event: Event) -> str:
    """Set the state that the event leads to; return the one before. Raises `transition_refused`."""
    before = subscription.state
    if not may(before, event):
        raise BillingRefusal("transition_refused", state=before, event=str(event))
    subscription.state = step(before, event)
    return before


def write(
    actor: Actor, subscription: Subscription, kind: str, *, before: str = "", on: date | None = None, **facts: Any
) -> SubscriptionEvent:
    """Keep the subscription as it is now, with one line in its history and one in the journal."""
    subscription.revision += 1
    subscription.save()
    day = on or today()
    audit.record(actor, f"billing.{kind}", subscription, practice_id=subscription.practice_id, on=day, **facts)
    return SubscriptionEvent.objects.create(
        subscription=subscription,
        kind=kind,
        from_state=before or subscription.state,
        to_state=subscription.state,
        on_day=day,
        user_id=actor.user_id,
        system_name=actor.name,
        facts={name: str(value) if isinstance(value, (date, UUID)) else value for name, value in facts.items()},
    )
