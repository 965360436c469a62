"""The form before a link of answer: the patient's birth date."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.forms.identity import BirthDateField


class BirthDateForm(forms.Form):
    birth_date = BirthDateField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["birth_date"].label = _("Date de naissance du patient")
