"""The refusals of the books and of dunning, each with its stable code and its sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError

MESSAGES = {
    "lettering_unbalanced": _("Ces lignes ne se compensent pas."),
    "month_not_over": _("Ce mois n’est pas terminé."),
    "month_already_closed": _("Ce mois est déjà clôturé."),
    "month_before_open": _("Clôturez d’abord le mois précédent."),
    "month_unposted": _("Des pièces de ce mois ne sont pas encore dans les journaux."),
    "period_wrong": _("Choisissez un mois ou une année où il y a des écritures."),
    "reason_missing": _("Dites pourquoi."),
    "nothing_chosen": _("Choisissez au moins une facture."),
    "nothing_due": _("Cette facture ne doit plus rien."),
    "not_late": _("Cette facture n’est pas en retard."),
    "hold_day_wrong": _("Choisissez un jour à venir, dans les trois mois."),
    "indemnity_charged": _("L’indemnité de cette facture est déjà facturée."),
    "indemnity_not_due": _("L’indemnité n’est due que sur une facture en retard."),
    "interest_not_due": _("Aucun intérêt n’est dû de plus sur cette facture."),
    "recovery_nothing_chosen": _("Choisissez l’indemnité, les intérêts, ou les deux."),
    "no_step_left": _("Toutes les étapes de relance sont passées."),
    "act_unknown": _("Cet acte n’existe pas."),
}
STATUSES = {"month_already_closed": 409, "indemnity_charged": 409}


class BookRefusal(DomainError):
    """An act on the books or on an unpaid invoice refused by a rule."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, MESSAGES[code], status=STATUSES.get(code, 422), **details)
