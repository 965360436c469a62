"""The period and the agenda whose figures are shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.selectors.figures import LONGEST_DAYS

FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        input_formats=FORMATS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Écrivez une date."),
            "invalid": _("Cette date n’existe pas. Écrivez-la ainsi\u00a0: 17/03/2027."),
        },
    )


class PeriodForm(forms.Form):
    """Days, both included, at most a year apart; `agenda` empty for all of `agendas` (uid, label)."""

    du = _day(_("Du"))
    au = _day(_("au"))
    agenda = forms.ChoiceField(
        label=_("Agenda"), required=False, error_messages={"invalid_choice": _("Cet agenda n’est pas dans la liste.")}
    )

    def __init__(self, *args: Any, agendas: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agenda"].choices = [("", _("Tous")), *agendas]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("du"), cleaned.get("au")
        if isinstance(first, date) and isinstance(last, date):
            if last < first:
                self.add_error("au", _("Le dernier jour est avant le premier."))
            elif (last - first).days >= LONGEST_DAYS:
                self.add_error("au", _("Un an au plus."))
            elif first.year < 2000 or last.year > 2100:
                self.add_error("du", _("Choisissez des dates entre 2000 et 2100."))
        return cleaned
