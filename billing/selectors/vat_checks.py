"""What VIES said last of the numbers that payers have now."""

from __future__ import annotations

from collections.abc import Iterable

from billing.enums_payment import VatCheckState
from billing.models import Payer, VatCheck


def last_checks(payers: Iterable[Payer]) -> dict[int, VatCheck]:
    """Payer id → the last answer about its number as it is now; silence counts until there is one. One statement."""
    numbers = {payer.pk: payer.vat_number for payer in payers if payer.vat_number}
    found: dict[int, VatCheck] = {}
    if not numbers:
        return found
    for check in VatCheck.objects.filter(payer__in=numbers).order_by("asked_at", "pk"):
        known = found.get(check.payer_id)
        silent = check.state == VatCheckState.UNAVAILABLE and known is not None
        if check.number == numbers[check.payer_id] and not silent:
            found[check.payer_id] = check
    return found
