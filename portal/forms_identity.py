"""The form of the double of Pro Santé Connect: who one pretends to be."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CleanCharField
from practitioners.models.specialty import Profession
from practitioners.register.identifiers import is_rpps


class PretendForm(forms.Form):
    rpps = CleanCharField(label=_("Numéro RPPS"), max_length=11)
    last_name = CleanCharField(label=_("Nom"), max_length=80)
    first_name = CleanCharField(label=_("Prénom"), max_length=80)
    profession = forms.ChoiceField(label=_("Profession"), choices=Profession.choices)

    def clean_rpps(self) -> str:
        number: str = self.cleaned_data["rpps"]
        if not is_rpps(number):
            raise forms.ValidationError(_("Ce numéro RPPS n’est pas juste : onze chiffres, sans faute de frappe."))
        return number
