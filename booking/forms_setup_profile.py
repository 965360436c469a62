"""The form of what the public reads about a practitioner, the place and the practice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from core.forms import CleanCharField, CleanTextField
from practitioners.changes import version_of
from practitioners.enums import Sector
from practitioners.languages import LANGUAGES, language_name
from practitioners.models import Agenda

PERSON = ("languages", "presentation", "sector", "optam", "vitale", "payment_means")
PLACE = ("wheelchair_accessible", "access_notes", "transit")
PRACTICE = ("phone", "phone_hours", "email")


class ProfileForm(forms.Form):
    """Three groups of fields; those that one may not write are not there."""

    languages = forms.MultipleChoiceField(
        label=_("Langues parlées"), choices=(), widget=forms.CheckboxSelectMultiple, required=False
    )
    presentation = CleanTextField(
        label=_("Présentation"),
        help_text=_(
            "Ce que vous faites et pour qui. Les faits, sans comparaison ni promesse : le code de déontologie s’applique."
        ),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    sector = forms.ChoiceField(label=_("Secteur"), choices=[("", _("Non précisé")), *Sector.choices], required=False)
    optam = forms.BooleanField(label=_("Adhérent à l’OPTAM"), required=False)
    vitale = forms.BooleanField(label=_("Carte Vitale acceptée"), required=False)
    payment_means = CleanCharField(
        label=_("Moyens de paiement"),
        help_text=_("Par exemple : carte, chèque, espèces."),
        max_length=160,
        required=False,
    )
    wheelchair_accessible = forms.BooleanField(label=_("Accessible en fauteuil roulant"), required=False)
    access_notes = CleanCharField(
        label=_("Accès"), help_text=_("Étage, code, sonnette, parking."), max_length=240, required=False
    )
    transit = CleanCharField(label=_("Transports"), max_length=240, required=False)
    phone = PhoneNumberField(label=_("Téléphone du cabinet"), region="FR", required=False)
    phone_hours = CleanCharField(label=_("Heures où le téléphone répond"), max_length=120, required=False)
    email = forms.EmailField(label=_("E-mail du cabinet"), required=False)
    version_person = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)
    version_place = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)
    version_practice = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, of_person: bool, of_place: bool, of_practice: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["languages"].choices = [(code, language_name(code)) for code in LANGUAGES]  # type: ignore[attr-defined]
        self.groups = {"person": of_person, "place": of_place, "practice": of_practice}
        for allowed, names in ((of_person, PERSON), (of_place, PLACE), (of_practice, PRACTICE)):
            if not allowed:
                for name in names:
                    del self.fields[name]

    def wanted(self, names: tuple[str, ...]) -> dict[str, Any]:
        """The fields of one group, as its service takes them."""
        values = {name: self.cleaned_data[name] for name in names}
        if "phone" in values:
            values["phone"] = str(values["phone"] or "")
        return values


def profile_initial(agenda: Agenda) -> dict[str, Any]:
    """What is written now, with the version of each row."""
    person, place, practice = agenda.practitioner, agenda.location, agenda.practice
    return {
        **{name: getattr(person, name) for name in PERSON},
        **{name: getattr(place, name) for name in PLACE},
        **{name: getattr(practice, name) for name in PRACTICE},
        "version_person": version_of(person),
        "version_place": version_of(place),
        "version_practice": version_of(practice),
    }
