"""Who sees and moves money: the owner and the accountant keep their means of payment, billing staff do the rest."""

from __future__ import annotations

from django.db.models import Q

from billing.models import (
    Allocation,
    BankImport,
    BankLine,
    Debit,
    DebitBatch,
    Invoice,
    Mandate,
    Payer,
    Payment,
    Refund,
    ReturnsImport,
    SavedCard,
)
from billing.rules import KEEPS, in_practice, staff_only, staff_or
from core.access import Actor, rule

_STAFF_ONLY = (
    (Payer, "collect"),
    (Invoice, "collect"),
    (Payment, "collect"),
    (Allocation, "collect"),
    (Refund, "collect"),
    (Debit, "collect"),
    (DebitBatch, "collect"),
    (ReturnsImport, "collect"),
    (BankImport, "collect"),
    (BankLine, "collect"),
)


for _model, _action in _STAFF_ONLY:
    rule(_model, _action)(staff_only)


@rule(Payment, "read")
def read_payment(actor: Actor) -> Q:
    return staff_or(actor, "payer__practice_id", KEEPS)


@rule(Debit, "read")
def read_debit(actor: Actor) -> Q:
    return staff_or(actor, "mandate__payer__practice_id", KEEPS)


@rule(Mandate, "read")
def read_mandate(actor: Actor) -> Q:
    return staff_or(actor, "payer__practice_id", KEEPS)


@rule(Mandate, "keep")
def keep_mandate(actor: Actor) -> Q:
    """Sign, change the account, revoke: those who pay. Staff may revoke on request, never sign for somebody."""
    return read_mandate(actor)


@rule(Payer, "sign")
def sign_for_payer(actor: Actor) -> Q:
    """For whom one signs a mandate or records a card: the practice's own people, never billing staff."""
    return in_practice(actor, "practice_id", KEEPS)


@rule(SavedCard, "read")
def read_card(actor: Actor) -> Q:
    return staff_or(actor, "payer__practice_id", KEEPS)


@rule(SavedCard, "keep")
def keep_card(actor: Actor) -> Q:
    return in_practice(actor, "payer__practice_id", KEEPS)
