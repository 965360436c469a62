"""The state « paused »: that of a subscription none of whose seats is charged today, because all are on leave."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q

from billing.enums import ProductKind
from billing.enums import SubscriptionState as State
from billing.machine import Event
from billing.models import Pause, Subscription, SubscriptionItem
from billing.services._subscription import move, write
from core.access import Actor


def follow_pauses(actor: Actor, subscription: Subscription, day: date) -> None:
    """Enter or leave the state « paused » as the pauses of the day say. An invoice that is late is shown first."""
    paused = _all_paused(subscription, day)
    event = None
    if paused and subscription.state in (State.ACTIVE, State.TRIALING):
        event = Event.PAUSE
    elif not paused and subscription.state == State.PAUSED:
        trial = subscription.trial_ends_on
        event = Event.RESUME_IN_TRIAL if trial is None or trial > day else Event.RESUME
    if event is not None:
        before = move(subscription, event)
        write(actor, subscription, "all_paused" if paused else "all_back", before=before, on=day)


def _all_paused(subscription: Subscription, day: date) -> bool:
    seats = SubscriptionItem.objects.filter(subscription=subscription, kind=ProductKind.PLAN, starts_on__lte=day)
    seats = seats.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day)).exclude(ends_on=F("starts_on"))
    held = set(seats.values_list("practitioner_id", flat=True))
    pauses = Pause.objects.filter(subscription=subscription, starts_on__lte=day, ends_on__gt=day)
    away = set(pauses.values_list("practitioner_id", flat=True))
    return bool(held) and (None in away or held <= away)
