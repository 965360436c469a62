"""Invoices and people for the tests of payments."""

from datetime import UTC, datetime
from typing import Any

import time_machine

from billing.models import Invoice, Payer
from billing.services.issuing import issue
from core.access import Actor, Space, system_actor
from tests.billing.invoices.rows import a_draft, a_line, a_payer
from tests.factories import UserFactory

SYSTEM = system_actor("tests")
ISSUED = datetime(2026, 3, 1, 9, tzinfo=UTC)


def staff() -> Actor:
    """Somebody of billing at work."""
    user = UserFactory(is_billing_staff=True)
    return Actor(user_id=user.pk, space=Space.BILLING, strong=True)


def an_invoice(payer: Payer | None = None, net_cents: int = 8900, at: datetime = ISSUED) -> Invoice:
    """Issued; 106.80 € with its VAT unless told otherwise."""
    with time_machine.travel(at, tick=False):
        return issue(actor=SYSTEM, draft=a_draft(payer or a_payer(), a_line(net_cents)))


def rows(model: Any) -> int:
    return int(model.objects.count())
