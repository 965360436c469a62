"""What the seats and options of a practice open to it on a day."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q

from billing.models import SubscriptionItem


def entitlements_of(practice_id: int, day: date) -> frozenset[str]:
    """The codes of everything the practice holds that day. One statement."""
    items = SubscriptionItem.objects.filter(subscription__practice=practice_id, starts_on__lte=day)
    items = items.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day)).exclude(ends_on=F("starts_on"))
    return frozenset(code for codes in items.values_list("product__entitlements", flat=True) for code in codes)
