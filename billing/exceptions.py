"""The refusals about payers and subscriptions, each with its stable code and its sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError

MESSAGES = {
    "already_subscribed": _("Ce cabinet est déjà abonné."),
    "not_subscribed": _("Ce cabinet n’a pas d’abonnement en cours."),
    "transition_refused": _("L’état de l’abonnement ne le permet pas."),
    "changed_meanwhile": _("Quelqu’un vient de modifier l’abonnement. Voici où il en est."),
    "plan_unknown": _("Cette formule n’existe pas ou n’est plus proposée."),
    "addon_unknown": _("Cette option n’existe pas ou n’est plus proposée."),
    "quantity_wrong": _("Choisissez entre 1 et 50."),
    "seats_empty": _("Choisissez au moins un praticien."),
    "seat_taken": _("Ce praticien a déjà une place."),
    "seat_absent": _("Ce praticien n’a pas de place à cette date."),
    "last_seat": _("C’est la dernière place\u00a0: pour tout arrêter, résiliez l’abonnement."),
    "day_past": _("Choisissez une date à partir d’aujourd’hui."),
    "day_too_early": _("Cette date est trop ancienne\u00a0: au plus tôt le premier jour du mois précédent."),
    "day_too_far": _("Choisissez une date dans les douze mois."),
    "ending": _("L’abonnement est résilié à une date proche. Annulez d’abord la résiliation."),
    "not_ending": _("Aucune résiliation n’est prévue."),
    "payer_closed": _("Ce payeur est fermé."),
    "payer_in_use": _("Ce payeur règle encore des places ou des options. Confiez-les d’abord à un autre."),
    "payer_is_default": _("C’est le payeur habituel. Choisissez-en d’abord un autre."),
    "payer_name_missing": _("Indiquez le nom ou la raison sociale."),
    "siret_wrong": _("Ce numéro SIRET n’est pas juste\u00a0: quatorze chiffres, sans faute de frappe."),
    "siren_wrong": _("Ce numéro SIREN n’est pas juste\u00a0: neuf chiffres, sans faute de frappe."),
    "vat_number_wrong": _("Ce numéro de TVA n’est pas juste."),
    "postcode_wrong": _("Un code postal français a cinq chiffres."),
    "country_wrong": _("Choisissez un pays de la liste."),
    "pause_too_short": _("Une pause dure au moins sept jours."),
    "pause_too_long": _("Une pause dure un an au plus."),
    "pause_overlaps": _("Une pause est déjà prévue sur ces dates."),
    "pause_over": _("Cette pause est terminée."),
    "leave_not_declared": _("Aucune absence ne couvre ces dates dans l’agenda. Notez-la d’abord dans l’agenda."),
    "dates_reversed": _("La fin est avant le début."),
    "months_wrong": _("Choisissez entre un et douze mois."),
    "reason_missing": _("Dites pourquoi."),
    "label_missing": _("Dites ce que la facture doit afficher."),
    "amount_wrong": _("Ce montant n’est pas possible."),
    "already_invoiced": _("Cet ajustement est déjà sur une facture."),
    "terms_not_accepted": _("Acceptez les conditions pour vous abonner."),
}
STATUSES = {
    "already_subscribed": 409,
    "not_subscribed": 409,
    "transition_refused": 409,
    "changed_meanwhile": 409,
    "seat_taken": 409,
    "pause_overlaps": 409,
    "already_invoiced": 409,
    "payer_in_use": 409,
    "payer_is_default": 409,
    "ending": 409,
    "not_ending": 409,
}


class BillingRefusal(DomainError):
    """An act on a payer or a subscription refused by a rule."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, MESSAGES[code], status=STATUSES.get(code, 422), **details)
