"""Forms of the patients' files: looking one up, making and changing one, the acts on it, what is brought in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.enums import ImportKind
from core.forms import CleanCharField, CleanTextField, OnceForm
from patients.enums import Sex
from patients.forms.identity import DATE_FORMATS, NameField

# What each code of `invalid_record` says under its field.
SENTENCES = {
    "required": _("Ce nom est nécessaire."),
    "too_long": _("Ce texte est trop long."),
    "no_letter": _("Écrivez ce nom avec au moins une lettre."),
    "birth_date_in_future": _("Cette date est dans l’avenir."),
    "birth_date_too_early": _("Indiquez une date de naissance à partir de 1900."),
    "invalid_choice": _("Choisissez l’une des réponses proposées."),
    "invalid_phone": _("Ce numéro n’existe pas. Écrivez-le ainsi : 06 12 34 56 78."),
    "invalid_email": _("Cette adresse n’est pas complète, par exemple alice@exemple.fr."),
    "invalid_text": _("Ce texte contient un signe qui ne peut pas être enregistré."),
}


def _off(kind: str = "text", **attributes: str) -> dict[str, str]:
    """Somebody else's identity: what the browser knows of its owner is wrong here."""
    return {"autocomplete": "off", **attributes}


class FileForm(OnceForm):
    """A file of the practice. Only the two names are needed: the desk completes the rest when it knows it."""

    birth_name = NameField(label=_("Nom de naissance"), missing=_("Écrivez le nom de naissance."))
    used_name = NameField(label=_("Nom utilisé"), required=False)
    first_name = NameField(label=_("Prénom"), missing=_("Écrivez le prénom."))
    birth_date = forms.DateField(
        label=_("Date de naissance"),
        required=False,
        input_formats=DATE_FORMATS,
        widget=forms.DateInput(format="%d/%m/%Y", attrs=_off(inputmode="numeric")),
        error_messages={"invalid": _("Cette date n’existe pas. Écrivez-la ainsi : 17/03/2020.")},
    )
    sex = forms.ChoiceField(label=_("Sexe à l’état civil"), choices=Sex.choices, initial=Sex.UNKNOWN)
    phone = CleanCharField(
        label=_("Mobile"), required=False, max_length=40, widget=forms.TextInput(attrs=_off(inputmode="tel"))
    )
    landline = CleanCharField(
        label=_("Téléphone fixe"), required=False, max_length=40, widget=forms.TextInput(attrs=_off(inputmode="tel"))
    )
    email = CleanCharField(
        label=_("E-mail"), required=False, max_length=254, widget=forms.TextInput(attrs=_off(inputmode="email"))
    )
    notes = CleanTextField(
        label=_("Notes du cabinet"), required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    despite = forms.BooleanField(required=False, widget=forms.HiddenInput)
    version = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("birth_name", "used_name", "first_name"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def wanted(self) -> dict[str, Any]:
        """The fields as the service takes them."""
        shown = ("first_name", "birth_name", "used_name", "birth_date", "sex", "phone", "landline", "email", "notes")
        return {name: self.cleaned_data[name] for name in shown}

    def show_problems(self, problems: dict[str, str]) -> None:
        """Put each code of `invalid_record` under its field."""
        for name, code in problems.items():
            self.add_error(name, forms.ValidationError(SENTENCES[code], code=code))


class BlockForm(forms.Form):
    reason = CleanTextField(
        label=_("Motif, pour le cabinet seulement"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DeathForm(forms.Form):
    died_on = forms.DateField(
        label=_("Date du décès"),
        input_formats=DATE_FORMATS,
        widget=forms.DateInput(format="%d/%m/%Y", attrs=_off(inputmode="numeric")),
        error_messages={
            "required": _("Écrivez la date du décès."),
            "invalid": _("Cette date n’existe pas. Écrivez-la ainsi : 17/03/2020."),
        },
    )


class ContestForm(forms.Form):
    """The patient's words about an absence noted at one of their visits."""

    words = CleanTextField(
        label=_("Que s’est-il passé ?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ImportForm(forms.Form):
    """A file to bring in: nothing is written before its report was read."""

    kind = forms.ChoiceField(
        label=_("Ce que contient le fichier"), choices=ImportKind.choices, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=_("Fichier CSV"),
        help_text=_("Une ligne par patient ou par rendez-vous, 5 Mo au plus."),
        allow_empty_file=True,
        error_messages={"required": _("Choisissez un fichier.")},
    )
