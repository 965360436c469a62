"""Forms of opening hours, and what those of absences share. What they give are the fields of the services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from booking.hours import INTERVAL_AT_MOST, Hours
from booking.models import Absence, OpeningHours
from booking.recurrence import Frequency
from booking.selectors.hours import rule_version
from booking.selectors.setup_drafts import Scope
from core.forms import OnceForm
from core.phrasing import duration_text
from practitioners.models import AgendaReason

MIDNIGHT = time(0)
DAYS = [(str(number + 1), name) for number, name in WEEKDAYS.items()]
REPEATS = [
    (Frequency.WEEKLY.value, _("Chaque semaine")),
    (Frequency.ONCE.value, _("Une seule fois")),
    (Frequency.MONTHLY_NTH.value, _("Chaque mois, le même jour de la semaine")),
    (Frequency.MONTHLY_DAY.value, _("Chaque mois, à la même date")),
    (Frequency.YEARLY.value, _("Chaque année")),
]
SCOPES = [
    (Scope.ALL.value, _("Toutes les dates")),
    (Scope.FROM.value, _("À partir d’une date")),
    (Scope.ONE.value, _("Une seule date")),
]
RELEASES = (60, 120, 240, 720, 1440, 2880)
# Which field of a form a refusal of `booking.hours` is about.
FIELD_OF = {
    "hours_empty": "end_time",
    "hours_reversed": "end_time",
    "span_out_of_range": "end_time",
    "dates_reversed": "ends_on",
    "once_is_one_day": "ends_on",
    "date_out_of_range": "starts_on",
    "never_occurs": "starts_on",
    "interval_below_one": "interval",
    "interval_too_long": "interval",
    "no_occurrence": "day",
    "not_a_series": "day",
    "split_outside_series": "day",
    "reasons_empty": "reasons",
    "reason_not_offered": "reasons",
    "released_out_of_range": "released",
}


class DayField(forms.DateField):
    """A date, drawn by the browser's own calendar."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%d/%m/%Y"], **kwargs)


class HourField(forms.TimeField):
    """An hour of the wall; « 24:00 » is midnight."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%H:%M", "%H:%M:%S"], **kwargs)

    def to_python(self, value: Any) -> time | None:
        return super().to_python("00:00" if str(value).strip() in ("24:00", "24h") else value)


class RepeatForm(OnceForm):
    """When something comes back, and the version of the row one has read."""

    frequency = forms.ChoiceField(label=_("Répétition"), choices=REPEATS)
    weekdays = forms.MultipleChoiceField(
        label=_("Jours"), choices=DAYS, widget=forms.CheckboxSelectMultiple, required=False
    )
    interval = forms.IntegerField(
        label=_("Une semaine sur"), min_value=1, max_value=INTERVAL_AT_MOST, initial=1, required=False
    )
    starts_on = DayField(label=_("À partir du"))
    ends_on = DayField(label=_("Jusqu’au"), required=False)
    start_time = HourField(label=_("De"))
    end_time = HourField(label=_("À"))
    version = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    def repeats(self) -> dict[str, Any]:
        values = self.cleaned_data
        weekly = values["frequency"] in (Frequency.WEEKLY, Frequency.MONTHLY_NTH)
        return {
            "frequency": values["frequency"],
            "weekdays": [int(day) for day in values["weekdays"]] if weekly else [],
            "interval": values["interval"] or 1,
            "starts_on": values["starts_on"],
            "ends_on": None if values["frequency"] == Frequency.ONCE else values["ends_on"],
        }


class SeriesForm(forms.Form):
    """How much of a series an act is about: all its dates, those from one on, or one."""

    scope = forms.ChoiceField(
        label=_("Quelles dates ?"), choices=SCOPES, initial=Scope.ALL, widget=forms.RadioSelect, required=False
    )
    day = DayField(label=_("Quelle date ?"), required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.chosen_scope != Scope.ALL and not values.get("day") and "day" not in self.errors:
            self.add_error("day", _("Donnez la date."))
        return values

    @property
    def chosen_scope(self) -> Scope:
        return Scope(self.cleaned_data.get("scope") or Scope.ALL)

    @property
    def chosen_day(self) -> Any:
        """A date whenever the scope is not the whole series."""
        return self.cleaned_data.get("day")


class OpeningForm(SeriesForm, RepeatForm):
    """A window. Of a series, one says first whether all its dates change, one, or those from a date on."""

    next_day = forms.BooleanField(label=_("La fin est le lendemain"), required=False)
    accepts = forms.ChoiceField(
        label=_("Motifs reçus"),
        choices=[("all", _("Tous les motifs")), ("some", _("Seulement ceux-ci"))],
        initial="all",
        widget=forms.RadioSelect,
    )
    reasons = forms.MultipleChoiceField(
        label=_("Motifs"), choices=(), widget=forms.CheckboxSelectMultiple, required=False
    )
    released = forms.TypedChoiceField(
        label=_("Ouverture au dernier moment"),
        help_text=_("Pour les urgences : ces heures restent cachées, puis s’ouvrent en ligne peu avant."),
        coerce=int,
        empty_value=None,
        required=False,
    )
    open_on_holidays = forms.BooleanField(label=_("Recevoir aussi les jours fériés"), required=False)

    def __init__(self, *args: Any, row: OpeningHours | None, offers: Sequence[AgendaReason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        choices = [(str(offer.visit_reason.uid), offer.visit_reason.name) for offer in offers]
        self.fields["reasons"].choices = choices  # type: ignore[attr-defined]
        minutes = sorted({*RELEASES, row.released_minutes} if row and row.released_minutes else RELEASES)
        self.fields["released"].choices = [  # type: ignore[attr-defined]
            ("", _("Non, ouvertes tout de suite")),
            *((number, _("%(delay)s avant") % {"delay": duration_text(number)}) for number in minutes),
        ]
        if not choices:
            del self.fields["reasons"], self.fields["accepts"]
        if row is None or row.frequency == Frequency.ONCE:
            del self.fields["scope"], self.fields["day"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("accepts") == "some" and not values.get("reasons"):
            self.add_error("reasons", _("Choisissez au moins un motif, ou tous."))
        return values

    def wanted(self) -> dict[str, Any]:
        """The fields of the services that the chosen dates take."""
        values = self.cleaned_data
        fields = self.repeats()
        if self.chosen_scope == Scope.ONE:
            fields = {}
        elif self.chosen_scope == Scope.FROM:
            del fields["frequency"], fields["starts_on"]
        late = values["next_day"] or values["end_time"] == MIDNIGHT
        chosen = list(values.get("reasons", [])) if values.get("accepts") == "some" else None
        return fields | {
            "start_time": values["start_time"],
            "end_time": values["end_time"],
            "span_days": 1 if late else 0,
            "reasons": None if chosen is None else [forms.UUIDField().to_python(uid) for uid in chosen],
            "released_minutes": values["released"],
            "open_on_holidays": values["open_on_holidays"],
        }


class RemoveForm(SeriesForm):
    """How much of a series is taken away."""

    version = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_series: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_series:
            del self.fields["scope"], self.fields["day"]


def opening_initial(row: OpeningHours) -> Mapping[str, Any]:
    """A window as its form shows it."""
    return {
        **repeats_initial(row),
        "next_day": row.span_days == 1 and row.end_time != MIDNIGHT,
        "accepts": "all" if row.accepts_all_reasons else "some",
        "reasons": [str(reason.visit_reason.uid) for reason in row.reasons.all()],
        "released": row.released_minutes,
        "open_on_holidays": row.open_on_holidays,
    }


def repeats_initial(row: OpeningHours | Absence) -> dict[str, Any]:
    """When a window or an absence comes back, as their forms show it."""
    hours = Hours.of(row)
    return {
        "frequency": row.frequency,
        "weekdays": [str(day) for day in hours.weekdays or (row.starts_on.isoweekday(),)],
        "interval": row.interval,
        "starts_on": row.starts_on,
        "ends_on": hours.ends_on,
        "start_time": row.start_time,
        "end_time": row.end_time,
        "version": rule_version(row),
    }
