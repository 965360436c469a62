"""The refusals of payments, mandates and files of the bank, each with its stable code and its sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.import_files import MESSAGES as _OF_FILES
from core.exceptions import DomainError

_FILES = (
    "file_too_large",
    "file_empty",
    "file_spreadsheet",
    "file_encoding",
    "file_nul",
    "file_malformed",
    "file_too_many_lines",
    "file_too_many_columns",
    "file_duplicate_headers",
)
MESSAGES = {
    "amount_impossible": _("Ce montant n’est pas possible."),
    "not_issued": _("Cette facture n’est pas encore émise."),
    "not_an_invoice": _("Un paiement ne peut être imputé que sur une facture."),
    "other_payer": _("Cette facture est à un autre payeur."),
    "more_than_open": _("Ce montant dépasse ce qui reste dû sur la facture."),
    "more_than_left": _("Ce montant dépasse ce qui reste du paiement."),
    "not_settled": _("Ce paiement n’est pas encaissé."),
    "already_undone": _("Cette imputation est déjà défaite."),
    "reason_missing": _("Écrivez le motif."),
    "refund_over": _("Ce remboursement est déjà terminé."),
    "already_resolved": _("Cette ligne a déjà été traitée."),
    "day_impossible": _("Cette date n’est pas possible."),
    "changed_meanwhile": _("Ces informations ont changé entre-temps. Relisez-les avant de continuer."),
    "iban_malformed": _("Cet IBAN n’a pas la bonne forme."),
    "iban_checksum": _("Cet IBAN contient une erreur\u00a0: vérifiez chaque chiffre."),
    "iban_country": _("Ce compte n’est pas dans la zone SEPA."),
    "iban_same": _("Ce compte est déjà celui du mandat."),
    "holder_missing": _("Écrivez le titulaire du compte."),
    "address_missing": _("L’adresse du payeur est nécessaire pour un compte hors de l’Espace économique européen."),
    "agreement_missing": _("Cochez la case pour signer le mandat."),
    "mandate_exists": _("Ce payeur a déjà un mandat. Changez de compte, ou révoquez-le d’abord."),
    "mandate_over": _("Ce mandat n’est plus en vigueur."),
    "scheme_impossible": _("Ce schéma de prélèvement n’est pas possible."),
    "notice_impossible": _("Le délai d’annonce va de 1 à 14 jours."),
    "creditor_missing": _("Le compte et l’identifiant du créancier (ICS) ne sont pas réglés."),
    "nothing_to_collect": _("Aucun prélèvement n’est à remettre."),
    "batch_over": _("Cette remise est déjà envoyée ou annulée."),
    "batch_too_late": _("La date d’envoi de cette remise est passée. Annulez-la et préparez-en une autre."),
    "file_impossible": _(
        "Le fichier de prélèvements ne peut pas être écrit\u00a0: une donnée n’est pas acceptée par son schéma."
    ),
    "payer_closed": _("Ce payeur est fermé."),
    "card_unavailable": _("Le paiement par carte n’est pas ouvert."),
    "card_service_down": _("Le service de paiement ne répond pas. Réessayez dans quelques minutes."),
    "no_card": _("Aucune carte n’est enregistrée."),
    "no_mandate": _("Aucun mandat n’est en vigueur."),
    "nothing_due": _("Il n’y a rien à payer."),
    "payment_in_progress": _("Un paiement de cette facture est déjà en cours."),
    "returns_too_large": _("Ce fichier dépasse 10\u00a0Mo."),
    "returns_unsafe": _("Ce fichier contient des éléments interdits (DTD ou entités). Il n’a pas été lu."),
    "returns_malformed": _("Ce fichier n’est pas un XML lisible."),
    "returns_kind": _("Ce fichier n’est ni un pain.002, ni un camt.053, ni un camt.054."),
    "returns_too_many": _("Ce fichier contient trop de rejets. Partagez-le en plusieurs."),
    **{code: _OF_FILES[code] for code in _FILES},
    "file_columns_missing": _("Il faut une colonne de date, une de libellé et une de montant."),
}
_CONFLICTS = {
    "already_undone",
    "refund_over",
    "already_resolved",
    "changed_meanwhile",
    "mandate_exists",
    "mandate_over",
    "batch_over",
    "payment_in_progress",
}
STATUSES = {
    **dict.fromkeys(_CONFLICTS, 409),
    "file_too_large": 413,
    "returns_too_large": 413,
    "card_service_down": 503,
    "card_unavailable": 503,
    "creditor_missing": 503,
}


class PaymentRefusal(DomainError):
    """An act on money refused by a rule; nothing was written."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, MESSAGES[code], status=STATUSES.get(code, 422), **details)
