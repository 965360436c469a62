"""The words of amounts and choices that several pages of the subscription share."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from billing.entitlements import LABELS
from billing.models import Payer
from billing.selectors.subscription import Offer
from core.phrasing import price_text


def amount(offer: Offer) -> str:
    """« 89 € HT par praticien et par mois »."""
    unit = offer.product.get_unit_display()
    return _("%(price)s HT %(unit)s") % {"price": price_text(offer.net_cents, short=True), "unit": unit}


def offer_choices(offers: Sequence[Offer]) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The choices of a field and the second line of each: the price, and what the plan opens."""
    hints = {offer.code: f"{amount(offer)} · {', '.join(opened_by(offer))}" for offer in offers}
    return [(offer.code, offer.product.label) for offer in offers], hints


def opened_by(offer: Offer) -> list[str]:
    return [str(LABELS.get(code, code)) for code in offer.product.entitlements]


def payer_choices(payers: Sequence[Payer]) -> list[tuple[str, str]]:
    return [(str(payer.uid), payer.name) for payer in payers]
