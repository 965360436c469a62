"""The form of a plan of reminders: one line a reminder, lines added and taken away without script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.reminder_sentences import moment_label
from booking.reminders import STEPS_AT_MOST, Booked, Step
from core.forms import OnceForm

CHANNELS = [("email", _("E-mail")), ("sms", _("SMS"))]
BOOKED = [
    (Booked.ANY.value, _("tous les rendez-vous")),
    (Booked.FAR.value, _("ceux pris plus de 7 jours avant")),
    (Booked.NEAR.value, _("ceux pris moins de 7 jours avant")),
]
USUAL = ("d1", "d2", "d3", "d7", "d14", "m60", "m120", "m240", "m1440", "m2880")
AT = "15:00"
MAX_LENGTH = 10


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs={"step": 300, **attrs}, format="%H:%M")


class StepForm(forms.Form):
    """One reminder."""

    channel = forms.ChoiceField(label=_("Par"), choices=CHANNELS)
    when = forms.ChoiceField(label=_("Quand"))
    at = forms.TimeField(label=_("À partir de"), required=False, widget=TimeInput())
    until = forms.TimeField(label=_("Jusqu’à"), required=False, widget=TimeInput())
    booked = forms.ChoiceField(label=_("Pour"), choices=BOOKED)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = str((self.data.get(self.add_prefix("when")) if self.is_bound else self.initial.get("when")) or "")
        codes = [*USUAL, *([chosen] if chosen not in USUAL and _is_code(chosen) else [])]
        choices = sorted(codes, key=lambda code: -_minutes(code))
        self.fields["when"].choices = [(code, moment_label(*_moment(code))) for code in choices]  # type: ignore[attr-defined]

    def row(self) -> dict[str, Any]:
        """The stored form of the step, as `booking.reminders.plan_of` reads it."""
        given = self.cleaned_data
        days, minutes = _moment(given["when"])
        row = {"channel": given["channel"], "booked": given["booked"]}
        if minutes is not None:
            return {**row, "minutes": minutes}
        row |= {"days": days, "at": f"{given['at'] or time(15):%H:%M}"}
        return {**row, "until": f"{given['until']:%H:%M}"} if given["until"] else row


class PlanForm(OnceForm):
    """What goes with the lines: the version shown, and a visit to try the plan on."""

    version = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)
    day = forms.DateField(
        label=_("Essayer avec un rendez-vous le"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Cette date n’existe pas.")},
    )
    wall = forms.TimeField(label=_("à"), required=False, widget=TimeInput())


def lines_of(plan: Iterable[Step]) -> list[StepForm]:
    """The lines of a plan as it is."""
    return [StepForm(initial=_initial(step), prefix=f"e{number}") for number, step in enumerate(plan)]


def lines_sent(data: Mapping[str, Any], *, without: str = "", more: bool = False) -> list[StepForm]:
    """The lines of the form as they came, but for one taken away (`e3`), with one more if asked: never more than the limit."""
    sent = [f"e{number}" for number in range(STEPS_AT_MOST) if f"e{number}-channel" in data]
    kept = [
        {name: data.get(f"{prefix}-{name}", "") for name in StepForm.base_fields}
        for prefix in sent
        if prefix != without
    ]
    if more and len(kept) < STEPS_AT_MOST:
        kept.append({"channel": "sms", "when": "d1", "at": AT, "until": "", "booked": Booked.ANY.value})
    return [
        StepForm({f"e{number}-{name}": value for name, value in values.items()}, prefix=f"e{number}")
        for number, values in enumerate(kept)
    ]


def _initial(step: Step) -> dict[str, Any]:
    when = f"m{step.minutes}" if step.minutes is not None else f"d{step.days}"
    at = step.at if step.minutes is None else time.fromisoformat(AT)
    return {"channel": step.channel, "when": when, "at": at, "until": step.until, "booked": step.booked.value}


def _is_code(text: str) -> bool:
    return text[:1] in {"d", "m"} and text[1:].isascii() and text[1:].isdigit() and len(text) <= MAX_LENGTH


def _moment(code: str) -> tuple[int | None, int | None]:
    """(days, minutes) behind `d2` or `m120`."""
    number = int(code[1:])
    return (number, None) if code.startswith("d") else (None, number)


def _minutes(code: str) -> int:
    days, minutes = _moment(code)
    return minutes if minutes is not None else (days or 0) * 1440
