"""The letters about a late invoice. Each says what is owed, what comes next, and that care goes on; each mentions the
forty euros, which a person alone decides to charge."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse

from billing.days import today
from billing.dunning import CALENDAR, INDEMNITY_CENTS
from billing.enums_books import DunningAct
from billing.models import DunningHold, DunningStep, Invoice
from billing.selectors.balance import with_open_cents
from core import clock
from core.phrasing import day_text, price_text
from notifications import rendering
from notifications.models import Message
from notifications.registry import Envelope, kind
from practitioners.enums import Role
from practitioners.models import Membership

LATE = "billing.late"
_ORDER = [step.act for step in CALENDAR]


@kind(LATE)
def late(message: Message) -> Envelope | None:
    """None when it is paid meanwhile, held, or when the payer has no address any more."""
    rows = with_open_cents(Invoice.objects.filter(pk=int(message.subject.partition(":")[2] or 0)))
    row = rows.select_related("payer").first()
    held = DunningHold.objects.filter(invoice=row, ended_at__isnull=True, until__gt=today())
    if row is None or (owed := int(row.open_cents)) <= 0 or held.exists():
        return None
    act = _ORDER[message.revision - 1]
    if not DunningStep.objects.filter(invoice=row, act=act).exists():
        return None
    to = (message.address or "") or (message.user.email if message.user and message.user.is_active else "")
    return rendering.email(LATE, words(row, act, owed), to=to) if to else None


def words(row: Invoice, act: str, open_cents: int) -> dict[str, Any]:
    """What the templates say of a late invoice at a step."""
    due = row.due_date or today()
    restrict = next(step.day for step in CALENDAR if step.act == DunningAct.RESTRICT)
    return {
        "act": str(act),
        "reference": row.reference,
        "amount": price_text(open_cents),
        "due": day_text(due, weekday=False, year=True),
        "days": max(0, (today() - due).days),
        "restricts_on": day_text(
            max(due + timedelta(days=restrict), today() + timedelta(days=10)), weekday=False, year=True
        ),
        "indemnity": price_text(INDEMNITY_CENTS, short=True),
        "payer": row.buyer.get("name", ""),
        "method": row.method,
        "link": rendering.absolute(reverse("subscription:invoice", args=[row.uid])),
    }


def subject_of(row: Invoice) -> str:
    return f"late:{row.pk}"


def audience_of(row: Invoice) -> list[dict[str, Any]]:
    """The payer's address, else the owners of the practice."""
    if row.payer.email:
        return [{"address": row.payer.email}]
    owners = Membership.objects.filter(practice=row.practice_id, role=Role.OWNER).active(clock.now())
    return [{"user_id": user} for user in owners.values_list("user_id", flat=True)]
