"""Forms of the rescue of closed days: the practice's act, and the patient's answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import Appointment
from booking.services._rescue import MESSAGES
from booking.services.rescue import LONGEST, SHORTEST
from core import clock
from core.forms import OnceForm
from practitioners.models import Agenda

TAKE, DECLINE, GIVE_UP = "take", "decline", "cancel"
ORDER_AT_MOST = 400


class AnswerForm(OnceForm):
    """One of the starts kept, none of them, or no visit at all."""

    answer = forms.ChoiceField(choices=[(TAKE, ""), (DECLINE, ""), (GIVE_UP, "")])
    hold = forms.UUIDField(required=False, error_messages={"invalid": _("Cette heure n’existe pas.")})

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        if fields.get("answer") == TAKE and "hold" not in self.errors and fields.get("hold") is None:
            self.add_error("hold", _("Choisissez une heure."))
        return fields


class CloseDayForm(OnceForm):
    """Until when the starts are kept, for how many each, in which order, and which colleagues agreed.

    The order is one number a visit, `order_<uid>`; equal or missing numbers follow by hour. `colleagues` are agendas whose
    practitioners said yes.
    """

    ends_on = forms.DateField(
        label=_("Heures gardées jusqu’au"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Dites jusqu’à quand."), "invalid": _("Cette date n’existe pas.")},
    )
    ends_time = forms.TimeField(
        label=_("à"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": _("Dites jusqu’à quelle heure."), "invalid": _("Cette heure n’existe pas.")},
    )
    last_day = forms.DateField(
        label=_("Dernier jour fermé"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Cette date n’existe pas.")},
    )
    everywhere = forms.BooleanField(label=_("Aussi dans ses autres lieux"), required=False)
    # Which days and places the page showed: others are shown before anything is closed.
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    each = forms.TypedChoiceField(
        label=_("Heures gardées par patient"), coerce=int, choices=[(3, "3"), (2, "2"), (1, "1")], initial=3
    )
    colleagues = forms.MultipleChoiceField(
        label=_("Chez qui d’autre, avec son accord"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        zone: ZoneInfo,
        colleagues: Sequence[Agenda],
        visits: Sequence[Appointment],
        places: Sequence[Agenda] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.visits = zone, visits
        if len(places) < 2:
            del self.fields["everywhere"]
        names = [(str(agenda.uid), agenda.practitioner.display_name) for agenda in colleagues]
        self.fields["colleagues"].choices = names  # type: ignore[attr-defined]
        if not names:
            del self.fields["colleagues"]
        for number, visit in enumerate(visits[:ORDER_AT_MOST], start=1):
            self.fields[self.order_name(visit)] = forms.IntegerField(
                label=_("Rang"), min_value=1, max_value=999, required=False, initial=number
            )

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        day = fields.get("ends_on")
        # Far dates first: no clock reaches the year 9999 and one day more.
        if day is not None and fields.get("ends_time") is not None:
            near = abs((day - clock.today(self.zone)).days) <= LONGEST.days + 1
            if not near or not SHORTEST <= self.ends_at - clock.now() <= LONGEST:
                self.add_error("ends_on", MESSAGES["rescue_end"])
        return fields

    @staticmethod
    def order_name(visit: Appointment) -> str:
        return f"order_{visit.uid}"

    @property
    def ends_at(self) -> datetime:
        return clock.combine(self.cleaned_data["ends_on"], self.cleaned_data["ends_time"], self.zone)

    @property
    def order(self) -> list[UUID]:
        """The visits by their numbers, those without one last, by hour among equals."""
        ranks = {visit.uid: self.cleaned_data.get(self.order_name(visit)) or 1_000 for visit in self.visits}
        return sorted(ranks, key=lambda uid: ranks[uid])

    @property
    def agreed(self) -> list[UUID]:
        return [UUID(uid) for uid in self.cleaned_data.get("colleagues", [])]
