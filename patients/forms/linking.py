"""Forms by which a person becomes known to a practice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import CodeField
from patients.selectors import Person


class LinkFileForm(forms.Form):
    patient = forms.ChoiceField(
        label=_("Qui est déjà connu de ce cabinet ?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez une personne.")},
    )

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["patient"].choices = [(str(person.uid), person.display_name) for person in people]  # type: ignore[attr-defined]

    def clean_patient(self) -> UUID:
        return UUID(self.cleaned_data["patient"])


class LinkCodeForm(forms.Form):
    code = CodeField()
