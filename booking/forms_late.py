"""Announcing a delay at the desk: how many minutes, for the patients of which hours."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.selectors.late import HALF_DAY, HOURS
from booking.services.late import LONGEST, SHORTEST
from core.forms import OnceForm

WINDOW_WORDS = {
    HALF_DAY: _("La demi-journée"),
    "1h": _("1 heure"),
    "2h": _("2 heures"),
    "3h": _("3 heures"),
    "4h": _("4 heures"),
}


class LateForm(OnceForm):
    minutes = forms.IntegerField(
        label=_("Minutes de retard"),
        min_value=SHORTEST,
        max_value=LONGEST,
        initial=25,
        error_messages={
            "required": _("Dites de combien de minutes."),
            "invalid": _("Un retard se dit en minutes entières."),
            "min_value": _("Un retard se dit de 5 à 120 minutes."),
            "max_value": _("Un retard se dit de 5 à 120 minutes."),
        },
    )
    fenetre = forms.ChoiceField(
        label=_("Pour les patients de"),
        choices=[(window, WINDOW_WORDS[window]) for window in (HALF_DAY, *HOURS)],
        initial=HALF_DAY,
        error_messages={"required": _("Choisissez jusqu’à quand."), "invalid_choice": _("Choisissez jusqu’à quand.")},
    )
