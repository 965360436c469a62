"""Examples of the messages about invoices: (label, words of the templates) by kind. No table is read here."""

from __future__ import annotations

from typing import Any

from billing.dunning import CALENDAR
from notifications.rendering import absolute
from portal.money_samples import words_of_money

_PATH = "/cabinet/abonnement/factures/6f0f3c1e-5d0c-4f53-9d41-3a0f4b1f9f10/"


def invoice_samples(payer: str) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """The e-mail of an invoice by means of payment, that of a credit note, the end of a trial, debits and cards."""
    words = {
        "credit_note": False,
        "reference": "F2026-000042",
        "amount": "106,80\u00a0€",
        "due": "16 décembre 2026",
        "method": "transfer",
        "payer": payer,
        "link": absolute(_PATH),
    }
    return {
        "billing.invoice": [
            ("virement", words),
            ("prélèvement", {**words, "method": "sepa"}),
            ("carte", {**words, "method": "card"}),
            ("avoir", {**words, "credit_note": True, "reference": "A2026-000003"}),
        ],
        "billing.late": [(str(step.act.label), _late(words, step.act)) for step in CALENDAR if step.is_letter],
        "billing.trial_ending": [
            (
                "",
                {
                    "practice": payer,
                    "ends": "mercredi 16 décembre 2026",
                    "link": absolute("/cabinet/abonnement/souscrire/"),
                },
            )
        ],
        **{kind: [("", one)] for kind, one in words_of_money().items()},
    }


def _late(words: dict[str, Any], act: str) -> dict[str, Any]:
    """The same invoice, late, at a step of the calendar."""
    return {**words, "act": str(act), "days": 31, "restricts_on": "30 janvier 2027", "indemnity": "40\u00a0€"}
