"""Models of billing."""

from billing.models.catalogue import Price, Product
from billing.models.payer import Payer
from billing.models.subscription import (
    Adjustment,
    FreePeriod,
    Pause,
    Subscription,
    SubscriptionEvent,
    SubscriptionItem,
)

__all__ = [
    "Adjustment",
    "FreePeriod",
    "Pause",
    "Payer",
    "Price",
    "Product",
    "Subscription",
    "SubscriptionEvent",
    "SubscriptionItem",
]
