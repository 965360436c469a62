"""Examples of the messages about money. No table is read here."""

from __future__ import annotations

from typing import Any

from core.phrasing import price_text
from notifications.rendering import absolute


def words_of_money() -> dict[str, dict[str, Any]]:
    """Kind → the words of its templates, as long as they get."""
    link = absolute("/cabinet/abonnement/paiement/")
    debit = {
        "reference": "F2026-000001",
        "amount": price_text(10_680),
        "day": "mercredi 16 décembre 2026",
        "account": "FR•• •••• 2606",
        "umr": "C000001-001",
        "ics": "FR72ZZZ123456",
        "creditor": "Prendsoin Démonstration",
        "link": link,
    }
    card = {**{name: debit[name] for name in ("reference", "amount", "link")}, "authenticate": True}
    return {"billing.debit_notice": debit, "billing.debit_returned": debit, "billing.card_refused": card}
