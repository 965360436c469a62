"""The refusals of claims, each with its stable code and its sentence. None says who else claims, or what the register holds."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError

MESSAGES = {
    "rpps_wrong": _("Ce numéro n’est pas juste : onze chiffres (RPPS) ou neuf (ADELI), sans faute de frappe."),
    "rpps_other_page": _("Ce numéro n’est pas celui de cette fiche."),
    "profession_unknown": _("Choisissez votre profession dans la liste."),
    "claim_open": _("Vous avez déjà une demande en cours. Terminez-la, ou retirez-la avant d’en faire une autre."),
    "already_joined": _("Ce compte tient déjà une fiche."),
    "claim_state": _("Cette demande n’en est pas à cette étape."),
    "claim_contested": _("Une autre demande porte sur cette fiche. Notre équipe regarde les deux et vous écrira."),
    "claim_left": _("Le répertoire national ne donne plus cette personne en exercice\u00a0: la demande attend."),
    "identity_differs": _("Pro Santé Connect a reconnu une autre personne que celle de votre demande."),
    "identity_unavailable": _("Pro Santé Connect n’a pas répondu comme attendu. Réessayez, ou envoyez une pièce."),
    "identity_cancelled": _("La connexion à Pro Santé Connect a été interrompue."),
    "document_type": _("Envoyez un PDF, une photo JPEG ou une image PNG."),
    "document_size": _("La pièce dépasse 2 Mo."),
    "document_empty": _("Choisissez la pièce à envoyer."),
    "documents_many": _("Trois pièces au plus. Retirez votre demande pour recommencer."),
    "documents_judged": _("Vos pièces sont en cours de vérification\u00a0: aucune autre ne peut s’y ajouter."),
    "review_own": _("On ne juge pas sa propre demande."),
    "review_twice": _("Vous avez déjà donné votre avis : la seconde personne doit être une autre."),
    "review_nothing": _("Il n’y a encore aucune pièce analysée à juger."),
    "review_reason": _("Écrivez le motif du refus : la personne le lira."),
    "page_taken": _("Cette fiche est déjà tenue par un autre compte : cette demande ne peut qu’être refusée."),
    "place_unknown": _("Choisissez une commune de la liste."),
    "practice_name": _("Donnez un nom au cabinet."),
    "no_team": _("Vous n’êtes dans l’équipe d’aucun cabinet."),
}
STATUSES = dict.fromkeys(
    ("claim_open", "already_joined", "claim_state", "claim_contested", "claim_left", "review_twice", "page_taken"), 409
)


class ClaimRefusal(DomainError):
    """A step of a claim refused by a rule."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, MESSAGES[code], status=STATUSES.get(code, 422), **details)
