"""The refusals of the health profile and of prevention, each with its stable code and its sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError

MESSAGES = {
    "date_impossible": _("Cette date n’est pas possible : elle doit être entre la naissance et aujourd’hui."),
    "text_missing": _("Écrivez au moins un mot."),
    "text_too_long": _("Ce texte est trop long."),
    "unknown_vaccine": _("Ce vaccin n’est pas dans la liste."),
    "no_vaccine": _("Choisissez au moins un vaccin."),
    "already_noted": _("Ce vaccin est déjà noté à cette date."),
    "dates_out_of_order": _("La fin ne peut pas précéder le début."),
    "severity_of_allergy": _("Seule une allergie a une gravité."),
    "unknown_condition": _("Cette question n’existe pas."),
    "term_impossible": _("Cette date de naissance prévue n’est pas possible."),
    "unknown_rule": _("Ce conseil n’existe pas, ou n’existe plus."),
    "unknown_theme": _("Ce thème n’existe pas."),
    "proven": _("Cet acte a une preuve : il ne se modifie plus ici."),
    "not_a_proof": _("Choisissez un document de ce carnet, déjà analysé."),
    "confirmed": _("Un soignant a confirmé ce vaccin\u00a0: il ne se modifie plus ici."),
    "not_confirmed_by_you": _("Seul le soignant qui a confirmé ce vaccin peut revenir dessus."),
    "changed_meanwhile": _("Ces informations ont changé entre-temps. Relisez-les avant de les modifier."),
    "too_many": _("Le nombre d’éléments le plus grand possible est atteint."),
    "measure_impossible": _("Cette valeur n’est pas possible."),
    "phone_impossible": _("Ce numéro n’est pas possible."),
    "not_this_age": _("Ce questionnaire n’est pas celui de cet âge."),
    "unknown_question": _("Cette question n’existe pas."),
    "consent_required": _("Acceptez d’abord que vos réponses soient gardées dans votre carnet."),
    "visit_over": _("Ce rendez-vous n’est plus à venir."),
}
STATUSES = {"already_noted": 409, "confirmed": 409, "changed_meanwhile": 409}


class HealthRefusal(DomainError):
    """An act on a health profile refused by a rule."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, MESSAGES[code], status=STATUSES.get(code, 422), **details)
