"""Trials that near their end without a subscription."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet

from billing.enums import SubscriptionState
from billing.models import Subscription, SubscriptionItem

# How long before its end a practice is told.
WARNED_DAYS = 7


def unsubscribed(day: date) -> QuerySet[Subscription]:
    """Those with nothing that stands that day or is planned after it: the practice tries, and has engaged itself to nothing."""
    held = SubscriptionItem.objects.filter(subscription=OuterRef("pk")).exclude(ends_on=F("starts_on"))
    return Subscription.objects.filter(~Exists(held.exclude(ends_on__lte=day)))


def trials_to_warn(day: date) -> QuerySet[Subscription]:
    """Trials that end within a week after a day, of practices that have not subscribed."""
    last = day + timedelta(days=WARNED_DAYS)
    trials = unsubscribed(day).filter(state=SubscriptionState.TRIALING, trial_ends_on__gt=day, trial_ends_on__lte=last)
    return trials.select_related("practice").order_by("pk")
