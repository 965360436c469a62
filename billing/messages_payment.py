"""What payers are told of debits and cards: an announcement before each debit, a word after each refusal."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from billing.enums_payment import DebitState, PaymentState
from billing.models import Debit, Payment
from billing.selectors.balance import open_cents
from billing.seller import seller
from core.phrasing import day_text, price_text
from notifications import rendering
from notifications.models import Message
from notifications.registry import Envelope, kind

DEBIT_NOTICE = "billing.debit_notice"
DEBIT_RETURNED = "billing.debit_returned"
CARD_REFUSED = "billing.card_refused"


@kind(DEBIT_NOTICE)
def debit_notice(message: Message) -> Envelope | None:
    """None when the debit was called off meanwhile."""
    debit = _debit(message.subject_id)
    if debit is None or debit.state not in {DebitState.NOTIFIED, DebitState.BATCHED, DebitState.SENT}:
        return None
    return _email(DEBIT_NOTICE, message, words_of_debit(debit))


@kind(DEBIT_RETURNED)
def debit_returned(message: Message) -> Envelope | None:
    debit = _debit(message.subject_id)
    if debit is None or debit.state != DebitState.RETURNED:
        return None
    return _email(DEBIT_RETURNED, message, words_of_debit(debit))


@kind(CARD_REFUSED)
def card_refused(message: Message) -> Envelope | None:
    """None when the invoice was paid meanwhile by another attempt."""
    row = Payment.objects.select_related("for_invoice").filter(pk=message.subject_id).first()
    if row is None or row.state != PaymentState.FAILED or row.for_invoice is None or open_cents(row.for_invoice) <= 0:
        return None
    words = {
        "reference": row.for_invoice.reference,
        "amount": price_text(row.amount_cents),
        "authenticate": row.code == "authentication_required",
        "link": rendering.absolute(reverse("subscription:invoice_settle", args=[row.for_invoice.uid])),
    }
    return _email(CARD_REFUSED, message, words)


def words_of_debit(debit: Debit) -> dict[str, Any]:
    """What the templates say of a debit. The account is named by its country and last four characters."""
    return {
        "reference": debit.invoice.reference,
        "amount": price_text(debit.amount_cents),
        "day": day_text(debit.collect_on, weekday=True, year=True),
        "account": debit.mandate.account,
        "umr": debit.mandate.umr,
        "ics": settings.SEPA_CREDITOR_ID,
        "creditor": seller().name,
        "link": rendering.absolute(reverse("subscription:payment")),
    }


def subject_of_debit(debit: Debit) -> str:
    return f"debit:{debit.pk}"


def subject_of_payment(payment: Payment) -> str:
    return f"payment:{payment.pk}"


def _debit(pk: int | None) -> Debit | None:
    return Debit.objects.select_related("invoice", "mandate").filter(pk=pk or 0).first()


def _email(name: str, message: Message, words: dict[str, Any]) -> Envelope | None:
    to = message.address or ""
    return rendering.email(name, words, to=to) if to else None
