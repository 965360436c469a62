"""What a late invoice owes beside itself, and what of that was charged: the forty euros and the interest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from billing.days import today
from billing.late_interest import Owed, Part, Rates, owed_spans, parts_of
from billing.models import Allocation, Indemnity, InterestCharge, Invoice, InvoiceLine
from core import clock
from core.access import Actor, get_or_404

RECOVERY_KINDS = ("indemnity", "interest")
_PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Recovery:
    """`parts`: what was open and when, since the due date or since interest was last charged, by rate."""

    invoice: Invoice
    was_late: bool
    indemnity: Indemnity | None
    interests: Sequence[InterestCharge]
    parts: Sequence[Part]

    @property
    def spans(self) -> list[Owed]:
        return [span for part in self.parts for span in part.spans]

    @property
    def interest_cents(self) -> int:
        """Each part is a line of its own, rounded by itself."""
        return sum(part.cents for part in self.parts)

    @property
    def may_charge_indemnity(self) -> bool:
        return self.was_late and self.indemnity is None

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is left to charge."""
        return not self.may_charge_indemnity and self.interest_cents == 0


def recovery_of(actor: Actor, uid: UUID) -> Recovery:
    """For a page. Raises NotForYou."""
    row = get_or_404(actor, Invoice, "dun", uid=uid)
    return recovery_facts(row)


def recovery_facts(row: Invoice) -> Recovery:
    """Five statements. What recovers another invoice (the forty euros, interest) bears neither itself."""
    interests = list(InterestCharge.objects.filter(invoice=row).select_related("charged_by").order_by("until"))
    indemnity = Indemnity.objects.filter(invoice=row).select_related("charged_by").first()
    bears = not InvoiceLine.objects.filter(invoice=row, kind__in=RECOVERY_KINDS).exists()
    if row.due_date is None or not bears or row.due_date >= today():
        return Recovery(row, False, indemnity, interests, ())
    paid = list(_paid(row))
    since_due = list(owed_spans(row.gross_cents, paid, row.due_date, today()))
    after = interests[-1].until if interests else row.due_date
    spans = list(owed_spans(row.gross_cents, paid, after, today())) if after < today() else []
    return Recovery(row, bool(since_due), indemnity, interests, parts_of(spans, published_rates()))


def published_rates() -> Rates:
    """The rates of each half-year, as the settings have them."""
    return Rates(settings.BILLING_ECB_RATES, settings.BILLING_LEGAL_RATES)


def _paid(row: Invoice) -> Iterator[tuple[date, int]]:
    """Day and cents of what pays the invoice: when the money came, or when the credit note was issued.

    Money that was there before the invoice, or a credit note, counts from the day it was set against it at the latest.
    """
    live = Allocation.objects.live().filter(invoice=row).select_related("payment", "credit_note")
    for one in live:
        source = one.payment.received_on if one.payment else one.credit_note.issue_date if one.credit_note else None
        yield source or clock.local_date(one.made_at, _PARIS), one.amount_cents
