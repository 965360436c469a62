"""One line of text, and what billing staff look for by it: a practice, a payer, an invoice, an amount."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from billing.models import Invoice, Payer, Payment
from billing.selectors.balance import with_open_cents
from core.access import Actor, scoped
from core.text import fold
from practitioners.models import Practice

MOST = 20
_AMOUNT = re.compile(r"^(\d{1,7})(?:[.,](\d{1,2}))?\s*(?:€|eur|euros?)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """What one line found, at most `MOST` of each."""

    practices: Sequence[Practice] = ()
    payers: Sequence[Payer] = ()
    invoices: Sequence[Invoice] = ()
    payments: Sequence[Payment] = ()

    @property
    def count(self) -> int:
        return len(self.practices) + len(self.payers) + len(self.invoices) + len(self.payments)


def amount_in(text: str) -> int | None:
    """The cents of « 106,80 », « 106.8 € », « 107 »; None for anything else."""
    found = _AMOUNT.match(text.replace("\u00a0", "").replace("\u202f", "").replace(" ", ""))
    if found is None:
        return None
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def find(actor: Actor, text: str) -> Found:
    """By name of a practice or a payer, SIREN or SIRET, account, number of an invoice or a part of it, or an amount."""
    words = text.strip()[:80]
    if len(words) < 2:
        return Found()
    digits = re.sub(r"\D", "", words)
    names = Q(name__icontains=words)
    codes = Q(account__iexact=words)
    if len(digits) in {9, 14}:
        codes |= Q(siren=digits) | Q(siret=digits)
    payers = scoped(actor, Payer).filter(names | codes).select_related("practice").order_by("name", "pk")
    practices = scoped(actor, Practice, "read_billing").filter(
        Q(name__icontains=words) | Q(slug__icontains=fold(words).replace(" ", "-") or words)
    )
    invoices = scoped(actor, Invoice).filter(_paper(words, digits))
    cents = amount_in(words)
    payments = scoped(actor, Payment).filter(Q(amount_cents=cents) if cents else Q(pk__in=[]))
    return Found(
        practices=list(practices.order_by("name", "pk")[:MOST]),
        payers=list(payers[:MOST]),
        invoices=list(
            with_open_cents(invoices).select_related("payer", "practice").order_by("-issue_date", "-pk")[:MOST]
        ),
        payments=list(payments.select_related("payer__practice").order_by("-pk")[:MOST]),
    )


def _paper(words: str, digits: str) -> Q:
    """An invoice by its reference, the end of its number, or its amount."""
    found = Q(reference__iexact=words)
    if re.fullmatch(r"[FA]\d{4}-?\d*", words, re.IGNORECASE):
        found |= Q(reference__istartswith=words)
    if digits == words and len(digits) <= 6:
        found |= Q(number=int(digits))
    cents = amount_in(words)
    if cents:
        found |= Q(gross_cents=cents)
    return found
