"""What each code of a refused line says to whoever corrects the file."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from booking.exceptions import MESSAGES as BOOKING
from booking.models import ImportRun

SENTENCES = {
    "required": _("Il manque le nom ou le prénom."),
    "no_letter": _("Ce nom n’a pas de lettre."),
    "too_long": _("Une case est trop longue."),
    "too_many_cells": _("Cette ligne a plus de cases que d’en-têtes."),
    "formula": _("Une case commence comme une formule."),
    "duplicate_line": _("Cette personne est déjà dans une ligne au-dessus."),
    "invalid_date": _("Cette date n’existe pas."),
    "invalid_time": _("Cette heure n’existe pas."),
    "invalid_phone": _("Ce numéro n’existe pas."),
    "invalid_email": _("Cette adresse e-mail n’est pas complète."),
    "invalid_text": _("Un signe de cette ligne ne peut pas être enregistré."),
    "birth_date_in_future": _("La date de naissance est dans l’avenir."),
    "birth_date_too_early": _("La date de naissance est avant 1900."),
    "unknown_patient": _("Aucune fiche de ce cabinet n’est celle de cette personne."),
    "ambiguous_patient": _("Plusieurs fiches portent ce nom : ajoutez la date de naissance ou l’identifiant."),
    "unknown_agenda": _("Aucun agenda de ce cabinet ne porte ce nom, ou plusieurs."),
    "unknown_reason": _("Cet agenda n’a pas ce motif."),
    "not_allowed": _("Vous n’avez pas le droit de l’écrire."),
    "start_out_of_reach": _("Cette date est trop lointaine."),
}


def lines_of(run: ImportRun) -> Sequence[dict[str, object]]:
    """The refused lines of a report with their sentence; people are never named."""
    refused = run.report.get("refused", [])
    return [{**row, "says": SENTENCES.get(row["code"]) or BOOKING.get(row["code"], row["code"])} for row in refused]
