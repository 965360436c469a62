"""Why a line of the bank was matched, or waits: one sentence a code."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.exceptions_payment import MESSAGES

_WORDS = {
    "reference": _("Référence et montant exacts."),
    "references": _("Plusieurs références, montant exact."),
    "partial": _("Référence trouvée, paiement partiel."),
    "over": _("Référence trouvée, trop-perçu gardé au payeur."),
    "payer_and_amount": _("Payeur et montant reconnus."),
    "payer_and_total": _("Payeur reconnu, tout son dû."),
    "unknown": _("Ni référence ni payeur reconnus."),
    "unknown_reference": _("La référence écrite n’existe pas."),
    "already_paid": _("La facture nommée est déjà payée."),
    "several_payers": _("Les factures nommées sont à plusieurs payeurs."),
    "amount_differs": _("Le montant ne correspond à rien de dû."),
    "ambiguous": _("Plusieurs réponses possibles."),
    "waiting": _("Lecture en cours."),
    "amount_unreadable": _("Montant illisible."),
    "date_impossible": _("Date impossible."),
    "currency_other": _("Autre devise que l’euro."),
}


def verdict_words(code: str) -> Any:
    """The sentence of a code; the code itself when there is none."""
    return _WORDS.get(code) or MESSAGES.get(code) or code
