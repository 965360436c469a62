"""The form of the minutes after which a shared workstation locks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class IdleForm(forms.Form):
    minutes = forms.IntegerField(
        label=_("Minutes sans geste avant le verrouillage"),
        help_text=_("De 2 à 30. Un écran tourné vers la salle d’attente en mérite peu."),
        min_value=2,
        max_value=30,
        error_messages={
            "required": _("Écrivez un nombre de minutes, de 2 à 30."),
            "invalid": _("Écrivez un nombre de minutes, de 2 à 30."),
            "min_value": _("Deux minutes au moins."),
            "max_value": _("Trente minutes au plus."),
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
