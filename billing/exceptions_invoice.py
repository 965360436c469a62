"""The refusals of invoices and of monthly runs, each with its stable code and its sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError

MESSAGES = {
    "invoice_incomplete": _("Cette facture ne peut pas être émise : il manque une mention obligatoire."),
    "not_an_invoice": _("Un avoir corrige une facture, pas un autre avoir."),
    "credit_nothing": _("Indiquez un montant à créditer."),
    "credit_too_much": _("Cet avoir dépasserait ce qui reste de la facture."),
    "credit_unknown_line": _("Cette ligne n’est pas sur la facture."),
    "reason_missing": _("Indiquez un motif."),
    "run_month_to_come": _("Ce mois est trop loin : seul le mois suivant peut être facturé d’avance."),
    "run_not_running": _("Cette clôture n’est pas en cours."),
    "run_not_paused": _("Cette clôture n’est pas en pause."),
}
STATUSES = {"run_not_running": 409, "run_not_paused": 409}


class InvoiceRefusal(DomainError):
    """An act on invoices refused by a rule."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, MESSAGES[code], status=STATUSES.get(code, 422), **details)
