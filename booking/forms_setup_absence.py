"""The form of an absence. What it gives are the fields of the service."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms_setup_hours import MIDNIGHT, REPEATS, DayField, HourField, RepeatForm, repeats_initial
from booking.hours import LEAVE
from booking.models import Absence
from core.forms import CleanCharField

KEEP, REPLACE = "keep", "replace"
DECISIONS = [
    (KEEP, _("Ils restent à leur heure, signalés dans l’agenda")),
    (REPLACE, _("Enregistrer, puis proposer une autre heure aux patients")),
]


class AbsenceForm(RepeatForm):
    """An absence: whole days or hours, once or again and again. A decision is asked when visits are under it."""

    frequency = forms.ChoiceField(label=_("Répétition"), choices=[REPEATS[1], REPEATS[0], *REPEATS[2:]])
    starts_on = DayField(label=_("Premier jour"))
    until = DayField(label=_("Dernier jour"), required=False)
    ends_on = DayField(label=_("Répétée jusqu’au"), required=False)
    whole_days = forms.BooleanField(label=_("Journées entières"), required=False)
    start_time = HourField(label=_("De"), required=False)
    end_time = HourField(label=_("À"), required=False)
    label = CleanCharField(
        label=_("Libellé"), help_text=_("Vu du cabinet seul, jamais des patients."), max_length=80, required=False
    )
    decision = forms.ChoiceField(
        label=_("Que deviennent ces rendez-vous ?"), choices=DECISIONS, widget=forms.RadioSelect, required=False
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("starts_on"), values.get("until")
        if first and last and last < first:
            self.add_error("until", _("Le dernier jour est avant le premier."))
        elif first and last and (last - first).days > LEAVE:
            self.add_error("until", _("Une absence dure trois ans au plus."))
        if not values.get("whole_days"):
            for name in ("start_time", "end_time"):
                if values.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Donnez l’heure, ou cochez « Journées entières »."))
        return values

    def wanted(self) -> dict[str, Any]:
        values = self.cleaned_data
        fields = self.repeats() | {"label": values["label"]}
        # Of an absence that comes back, the first time says how long each lasts.
        more = (values["until"] - values["starts_on"]).days if values["until"] else 0
        if values["whole_days"]:
            return fields | {"start_time": MIDNIGHT, "end_time": MIDNIGHT, "span_days": more + 1}
        late = 1 if values["end_time"] == MIDNIGHT else 0
        return fields | {
            "start_time": values["start_time"],
            "end_time": values["end_time"],
            "span_days": more + late,
        }


def absence_initial(row: Absence) -> Mapping[str, Any]:
    """An absence as its form shows it; the last day is that of its first time."""
    whole = row.start_time == MIDNIGHT == row.end_time
    late = 1 if row.end_time == MIDNIGHT else 0
    last = row.starts_on + timedelta(days=max(row.span_days - late, 0))
    return {**repeats_initial(row), "until": last, "whole_days": whole, "label": row.label}
