"""The refusals of what is asked about a listing, each with its stable code and its sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError

MESSAGES = {
    "listing_joined": _("Ce soignant tient lui-même sa fiche\u00a0: elle se change dans son espace."),
    "contact_unknown": _("Le répertoire ne donne pas d’e-mail à cette adresse. Écrivez à notre équipe."),
    "contact_missing": _("Écrivez une adresse e-mail où vous répondre."),
    "nothing_asked": _(
        "Dites ce qui est à corriger\u00a0: une adresse quittée, une rue, un téléphone ou quelques mots."
    ),
    "phone_wrong": _("Ce numéro n’est pas complet, par exemple 01\u00a048\u00a097\u00a020\u00a014."),
    "listing_code_wrong": _("Ce code n’est pas le bon, ou il n’est plus valable."),
    "already_decided": _("Cette demande a déjà sa réponse."),
    "answer_missing": _("Écrivez la réponse qui part à la personne."),
    "measure_needs_site": _("Choisissez le lieu que cette mesure concerne."),
}
STATUSES = {"listing_joined": 409, "already_decided": 409}


class ListingRefusal(DomainError):
    """A request about a listing refused by a rule."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, MESSAGES[code], status=STATUSES.get(code, 422), **details)
