"""Forms of a claim: who one is, a document, the practice. None has a title or a specialty: the register alone says them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from core.exceptions import DomainError
from core.forms import CleanCharField, CleanTextField
from practitioners.enums import PracticeKind
from practitioners.models import RegisterSite
from practitioners.models.specialty import Profession
from practitioners.selectors.places import search_places
from practitioners.services.claims.opening import PracticeWish

FIELDS = {
    "rpps_wrong": "rpps",
    "rpps_other_page": "rpps",
    "profession_unknown": "profession",
    "document_type": "document",
    "document_size": "document",
    "document_empty": "document",
    "review_reason": "reason",
    "place_unknown": "town",
    "practice_name": "name",
}


class ClaimForm(forms.Form):
    rpps = CleanCharField(
        label=_("Votre numéro RPPS"),
        max_length=16,
        help_text=_(
            "Onze chiffres, sur votre carte professionnelle ; neuf pour un numéro ADELI. "
            "Il est public : il ne suffira pas à prouver qui vous êtes."
        ),
        error_messages={"required": _("Écrivez votre numéro RPPS.")},
    )
    last_name = CleanCharField(
        label=_("Votre nom d’exercice"), max_length=80, error_messages={"required": _("Écrivez votre nom.")}
    )
    first_name = CleanCharField(
        label=_("Votre prénom"), max_length=80, error_messages={"required": _("Écrivez votre prénom.")}
    )
    profession = forms.ChoiceField(
        label=_("Votre profession"),
        error_messages={
            "required": _("Choisissez votre profession."),
            "invalid_choice": _("Choisissez votre profession."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = sorted(Profession.choices, key=lambda one: str(one[1]))
        self.fields["profession"].choices = [("", _("Choisir")), *choices]  # type: ignore[attr-defined]


class DocumentForm(forms.Form):
    document = forms.FileField(
        label=_("Pièce"),
        help_text=_("Carte professionnelle ou attestation de l’ordre : PDF, JPEG ou PNG, 2 Mo au plus."),
        error_messages={
            "required": _("Choisissez la pièce à envoyer."),
            "empty": _("Ce fichier est vide."),
        },
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


class ReviewForm(forms.Form):
    approved = forms.ChoiceField(
        label=_("Votre avis"),
        choices=[("1", _("La pièce prouve que c’est bien cette personne")), ("0", _("Refuser la demande"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez une réponse."), "invalid_choice": _("Choisissez une réponse.")},
    )
    reason = CleanTextField(
        label=_("Motif du refus"), max_length=400, required=False, help_text=_("La personne le lira.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].widget.attrs["rows"] = 3


class PracticeForm(forms.Form):
    """The practice and its address. The town is written as people write it: « Lyon », « 93260 », « Les Lilas (93) »."""

    site = forms.UUIDField(required=False, widget=forms.HiddenInput)
    name = CleanCharField(
        label=_("Nom du cabinet"), max_length=120, error_messages={"required": _("Donnez un nom au cabinet.")}
    )
    kind = forms.ChoiceField(label=_("Type"), choices=PracticeKind.choices)
    street = CleanCharField(
        label=_("Adresse"),
        max_length=160,
        help_text=_("Numéro et voie."),
        error_messages={"required": _("Écrivez l’adresse.")},
    )
    postcode = forms.RegexField(
        r"^\d{5}$",
        label=_("Code postal"),
        error_messages={"required": _("Écrivez le code postal."), "invalid": _("Cinq chiffres.")},
    )
    town = CleanCharField(label=_("Commune"), max_length=90, error_messages={"required": _("Écrivez la commune.")})
    phone = PhoneNumberField(
        label=_("Téléphone du cabinet"),
        required=False,
        error_messages={"invalid": _("Ce numéro n’est pas complet.")},
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        town, postcode = values.get("town"), values.get("postcode")
        if town and postcode:
            found = [place for place in search_places(town, 20) if postcode in place.postcodes]
            by_code = found or [one for one in search_places(postcode, 50) if one.name == town or one.label == town]
            if not by_code:
                self.add_error("town", _("Aucune commune de ce nom n’a ce code postal."))
            else:
                values["place"] = by_code[0].pk
        return values

    def wish(self) -> PracticeWish:
        given = self.cleaned_data
        return PracticeWish(
            name=given["name"],
            street=given["street"],
            postcode=given["postcode"],
            place=given["place"],
            kind=given["kind"],
            phone=str(given["phone"] or ""),
            site=given["site"],
        )


def initial_of(sites: Sequence[RegisterSite], wanted: UUID | None, name: str) -> dict[str, Any]:
    """The address of one of the register's sites, the first one unless another was chosen."""
    site = next((one for one in sites if one.uid == wanted), sites[0] if sites else None)
    if site is None or site.place is None:
        return {"name": name}
    return {
        "site": site.uid,
        "name": site.name or name,
        "street": site.street,
        "postcode": site.postcode or next(iter(site.place.postcodes), ""),
        "town": site.place.name,
        "phone": site.phone,
    }


def show_refusal(form: forms.Form, refusal: DomainError) -> None:
    """Add the refusal to its field, or to the form as a whole."""
    field = FIELDS.get(refusal.code)
    form.add_error(field if field in form.fields else None, str(refusal.message))
