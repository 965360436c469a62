"""Models of billing."""

from billing.models.bank import BankImport, BankLine
from billing.models.catalogue import Price, Product
from billing.models.debit import Debit, DebitBatch, ReturnsImport
from billing.models.dunning import DunningHold, DunningStep, Indemnity, InterestCharge
from billing.models.gateway import GatewayEvent, SavedCard
from billing.models.invoice import Invoice, InvoiceFile, InvoiceLine, Series, VatTotal
from billing.models.ledger import ClosedMonth, Entry, EntryLine, JournalCounter
from billing.models.mandate import Mandate, MandateAmendment
from billing.models.payer import Payer
from billing.models.payment import Allocation, Payment, Refund
from billing.models.run import InvoiceRun, RunRow
from billing.models.subscription import (
    Adjustment,
    FreePeriod,
    Pause,
    Subscription,
    SubscriptionEvent,
    SubscriptionItem,
)
from billing.models.vat_check import VatCheck

__all__ = [
    "Adjustment",
    "Allocation",
    "BankImport",
    "BankLine",
    "ClosedMonth",
    "Debit",
    "DebitBatch",
    "DunningHold",
    "DunningStep",
    "Entry",
    "EntryLine",
    "FreePeriod",
    "GatewayEvent",
    "Indemnity",
    "InterestCharge",
    "Invoice",
    "InvoiceFile",
    "InvoiceLine",
    "InvoiceRun",
    "JournalCounter",
    "Mandate",
    "MandateAmendment",
    "Pause",
    "Payer",
    "Payment",
    "Price",
    "Product",
    "Refund",
    "ReturnsImport",
    "RunRow",
    "SavedCard",
    "Series",
    "Subscription",
    "SubscriptionEvent",
    "SubscriptionItem",
    "VatCheck",
    "VatTotal",
]
