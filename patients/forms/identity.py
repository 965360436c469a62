"""Forms of civil identities, one's own and a relative's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CleanCharField, OnceForm
from patients import identity
from patients.enums import Relation, Sex
from patients.naming import MAX_LENGTH, clean_name

# A birth date is typed, day first, as on any French paper.
DATE_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d%m%Y", "%Y-%m-%d"]


class NameField(CleanCharField):
    """A name of any script; `missing` is said when it is left out."""

    def __init__(self, *, missing: Any = "", **kwargs: Any) -> None:
        super().__init__(max_length=MAX_LENGTH, **kwargs)
        self.error_messages["required"] = missing

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return clean_name(text) if isinstance(text, str) and "\0" not in text else text


class BirthDateField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Date de naissance"),
            help_text=_("Jour, mois, année. Par exemple 17/03/2020."),
            input_formats=DATE_FORMATS,
            widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric"}),
            error_messages={
                "required": _("Écrivez la date de naissance."),
                "invalid": _("Cette date n’existe pas. Écrivez-la ainsi : 17/03/2020."),
            },
            **kwargs,
        )


class IdentityForm(forms.Form):
    """Names and birth date as on the identity papers; `used_name` is the name in everyday life."""

    first_name = NameField(
        label=_("Prénom"), help_text=_("Le premier prénom de l’état civil."), missing=_("Écrivez le prénom.")
    )
    birth_name = NameField(label=_("Nom de naissance"), missing=_("Écrivez le nom de naissance."))
    used_name = NameField(
        label=_("Nom utilisé"), required=False, help_text=_("S’il est différent du nom de naissance.")
    )
    birth_date = BirthDateField()
    sex = forms.ChoiceField(
        label=_("Sexe à l’état civil"),
        choices=Sex.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez le sexe ; « Non précisé » convient aussi.")},
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        known = {field: values[field] for field in identity.FIELDS if field in values}
        for field, (code, sentence) in identity.problems_of(known).items():
            self.add_error(field, forms.ValidationError(str(sentence), code=code))
        return values

    @property
    def identity(self) -> dict[str, Any]:
        """The clean values of the identity alone."""
        return {field: self.cleaned_data[field] for field in identity.FIELDS}


class OwnIdentityForm(OnceForm, IdentityForm):
    """One's own identity: browsers may fill it in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, autocomplete in {
            "first_name": "given-name",
            "birth_name": "family-name",
            "used_name": "additional-name",
            "birth_date": "bday",
        }.items():
            self.fields[field].widget.attrs["autocomplete"] = autocomplete


class RelativeForm(OnceForm, IdentityForm):
    """A relative, and the attestation that one may act for them. Nothing is ticked beforehand."""

    relation = forms.ChoiceField(
        label=_("Qui est cette personne pour vous ?"),
        choices=Relation.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites qui est cette personne pour vous.")},
    )
    attested = forms.BooleanField(
        label=_(
            "J’atteste pouvoir agir pour cette personne : je suis son parent ou son tuteur, ou elle me l’a demandé."
        ),
        error_messages={"required": _("Cochez cette case pour continuer.")},
    )

    field_order = ["relation", *identity.FIELDS, "attested", "form_token"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Somebody else's identity: what the browser knows of its owner is wrong here.
        for field in ("first_name", "birth_name", "used_name", "birth_date"):
            self.fields[field].widget.attrs["autocomplete"] = "off"
