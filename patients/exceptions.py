"""The refusals of the patients package, each with its stable code and its sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError

MESSAGES = {
    "invalid_identity": _("Une partie de cette identité ne peut pas être enregistrée."),
    "identity_exists": _("Votre identité est déjà enregistrée."),
    "attestation_required": _("Attestez d’abord que vous pouvez agir pour cette personne."),
    "adult_child": _("À 18 ans, un enfant crée son propre compte ; il peut ensuite vous inviter à l’aider."),
    "too_many_relatives": _("Vous suivez déjà 15 proches, le nombre le plus grand possible."),
    "relative_exists": _("Cette personne est déjà dans votre liste."),
    "identity_owned": _("Cette personne a son propre compte : elle seule modifie son identité."),
    "birth_date_confirmed": _("Un cabinet a vérifié cette date de naissance. Demandez-lui de la corriger."),
    "own_identity_kept": _("Votre propre identité se supprime avec votre compte."),
    "has_upcoming_visits": _("Un rendez-vous est à venir pour cette personne. Annulez-le d’abord."),
    "own_address": _("C’est votre propre adresse. Indiquez celle de la personne à inviter."),
    "too_many_invitations": _("Cinq invitations attendent déjà une réponse. Retirez-en une."),
    "already_guardian": _("Vous pouvez déjà agir pour cette personne à ce niveau."),
    "code_wrong": _("Ce code ne convient pas, ou n’est plus valable. Demandez-en un autre."),
    "person_has_account": _("Cette personne a un compte : c’est à elle de donner ce droit."),
    "not_one_person": _("Ces deux fiches sont reliées à deux personnes différentes."),
    "invalid_record": _("Une partie de cette fiche ne peut pas être enregistrée."),
    "possible_duplicate": _("Une fiche de ce cabinet est peut-être déjà celle de cette personne."),
    "same_file": _("Choisissez deux fiches différentes."),
    "one_deceased": _("Un décès est noté dans une seule des deux fiches. Accordez-les avant de les réunir."),
    "merge_incomplete": _("Les fiches n’ont pas été réunies : le compte des rendez-vous ne tombait pas juste."),
    "already_linked": _("Cette fiche est déjà reliée au compte de la personne."),
    "no_contact": _("Cette fiche n’a ni e-mail ni mobile."),
    "death_date": _("Cette date ne peut pas être celle du décès."),
    "link_over": _("Ce lien n’est plus valable. Demandez-en un autre à votre cabinet."),
    "link_other_person": _("La fiche du cabinet porte un autre nom ou une autre date de naissance."),
    "changed_meanwhile": _("Quelqu’un a changé cette fiche entre-temps. Relisez-la avant de la modifier."),
}
STATUSES = {
    "identity_exists": 409,
    "relative_exists": 409,
    "already_guardian": 409,
    "possible_duplicate": 409,
    "changed_meanwhile": 409,
    "merge_incomplete": 409,
}


class PatientRefusal(DomainError):
    """An act on a person refused by a rule."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, MESSAGES[code], status=STATUSES.get(code, 422), **details)
        # The files that may be the same person's, for the pages; `details` holds plain values.
        self.candidates: Sequence[Any] = ()
