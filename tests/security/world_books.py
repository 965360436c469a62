"""What billing staff act upon: a practice as a payer, an amount on its next invoice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from billing.models import Adjustment, Payer

BOOK_BODIES = {
    ("billing:unpaid", "POST"): {"act": "remind"},
    ("billing:practice", "POST"): {"label": "Geste", "reason": "Appel", "amount": "-5,00"},
    ("billing:free_months", "POST"): {"months": "1", "reason": "Appel"},
    ("billing:close_month", "POST"): {"mois": "2020-01"},
}


def book_targets(lilas: Any) -> dict[str, dict[str, Any]]:
    """Target → the arguments of its address. `lilas` is a practice with a payer."""
    payer = Payer.objects.filter(practice=lilas).first() or Payer.objects.create(practice=lilas, name="Lilas")
    gift = Adjustment.objects.create(payer=payer, amount_cents=-500, label="Geste", reason="Appel")
    return {
        "lilas_life": {"uid": lilas.uid},
        "lilas_gift": {"uid": lilas.uid, "adjustment": gift.uid},
        "no_gift": {"uid": lilas.uid, "adjustment": UUID(int=0)},
    }
