"""Models of billing."""

from billing.models.catalogue import Price, Product
from billing.models.invoice import Invoice, InvoiceFile, InvoiceLine, Series, VatTotal
from billing.models.payer import Payer
from billing.models.run import InvoiceRun, RunRow
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
    "Invoice",
    "InvoiceFile",
    "InvoiceLine",
    "InvoiceRun",
    "Pause",
    "Payer",
    "Price",
    "Product",
    "RunRow",
    "Series",
    "Subscription",
    "SubscriptionEvent",
    "SubscriptionItem",
    "VatTotal",
]
