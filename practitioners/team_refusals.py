"""The refusals of what changes a team, each with its stable code and its sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError

MESSAGES = {
    "role_unknown": _("Ce rôle n’existe pas."),
    "role_fixed": _("Un relais reste un relais\u00a0: mettez-y fin, puis invitez la personne avec son nouveau rôle."),
    "dates_required": _("Un remplacement a toujours un dernier jour."),
    "dates_reversed": _("Le dernier jour est avant le premier."),
    "dates_past": _("Ces dates sont déjà passées."),
    "dates_too_long": _("Un remplacement dure un an au plus."),
    "agendas_required": _("Choisissez au moins un agenda."),
    "register_number_wrong": _("Ce numéro RPPS n’est pas juste\u00a0: onze chiffres, sans faute de frappe."),
    "own_address": _("C’est votre propre adresse\u00a0: un autre responsable doit vous inviter."),
    "own_cover": _("On ne se relaie pas soi-même\u00a0: choisissez un confrère."),
    "not_a_colleague": _("Cette personne ne peut pas relayer un soignant."),
    "already_member": _("Cette personne est déjà dans l’équipe\u00a0: changez plutôt son rôle."),
    "idle_minutes_range": _("Entre deux et trente minutes."),
    "last_owner": _("Il faut toujours un responsable sans date de fin. Nommez-en d’abord un autre."),
}
STATUSES = {"already_member": 409, "last_owner": 409}


class TeamRefusal(DomainError):
    """A change of the team refused by a rule."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, MESSAGES[code], status=STATUSES.get(code, 422), **details)
