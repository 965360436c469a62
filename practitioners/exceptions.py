"""The refusals of what practices write about their agendas and reasons, each with its stable code and its sentence."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError
from practitioners.changes import version_of

MESSAGES = {
    "agenda_exists": _("Ce praticien a déjà un agenda à cette adresse."),
    "value_out_of_range": _("Cette valeur est hors des limites admises."),
    "video_link_invalid": _("Le lien de visio doit être une adresse complète qui commence par https://."),
    "video_link_required": _("La vidéo demande d’abord un lien de visio sur l’agenda."),
    "modes_empty": _("Choisissez au moins une forme de rendez-vous."),
    "specialty_unknown": _("Cette spécialité n’existe pas."),
    "specialty_mismatch": _("Ce motif est d’une autre spécialité que le praticien de cet agenda."),
    "specialty_in_use": _("Un agenda propose ce motif : sa spécialité ne change plus."),
    "kind_unknown": _("Ce motif type n’existe pas dans cette spécialité."),
    "reason_archived": _("Ce motif est archivé. Rétablissez-le avant de le proposer."),
    "too_many_questions": _("Trois questions au plus par motif."),
    "question_unknown": _("Cette question n’est pas de ce motif."),
    "redirect_to_itself": _("Une question ne renvoie pas à son propre motif."),
    "online_or_referrals": _("Un motif est ouvert au public ou réservé aux confrères, pas les deux."),
    "kinds_empty": _("Choisissez au moins un motif."),
    "language_unknown": _("Cette langue n’est pas dans la liste."),
    "changed_meanwhile": _("Quelqu’un vient de modifier cette page. La voici telle qu’elle est maintenant."),
}
STATUSES = {"agenda_exists": 409, "changed_meanwhile": 409}


class Refusal(DomainError):
    """A write refused by a rule; `details` say which value, for programs."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, MESSAGES[code], status=STATUSES.get(code, 422), **details)


def check_version(row: Model, expected: str | None, *more: Any) -> None:
    """Refuse to write over what somebody else wrote meanwhile; None asks nothing. Raises `changed_meanwhile`."""
    if expected is not None and expected != version_of(row, *more):
        raise Refusal("changed_meanwhile")
