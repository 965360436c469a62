"""Forms of an agenda's rules, of the question why nothing is offered, and of the first-time guide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from booking.forms import LenientQuery
from booking.forms_setup_hours import DAYS, DayField, HourField
from booking.hours import FIRST_DAY, LAST_DAY
from core.forms import OnceForm
from practitioners import bounds
from practitioners.models import Agenda, AgendaReason, Location, Practitioner, ReasonKind


class RulesForm(forms.Form):
    """How an agenda receives online, whatever the reason."""

    repeat_limit_days = forms.IntegerField(
        label=_("Un seul rendez-vous en ligne dans la spécialité sur (jours)"),
        help_text=_("0 : aucune limite. Évite qu’une personne garde plusieurs heures proches."),
        min_value=bounds.AGENDA["repeat_limit_days"][0],
        max_value=bounds.AGENDA["repeat_limit_days"][1],
    )
    upcoming_limit = forms.IntegerField(
        label=_("Rendez-vous à venir au plus, par patient"),
        min_value=bounds.AGENDA["upcoming_limit"][0],
        max_value=bounds.AGENDA["upcoming_limit"][1],
    )
    video_link = forms.URLField(
        label=_("Lien de visio"),
        help_text=_("L’adresse de votre propre salle. Sans elle, la vidéo n’est proposée nulle part."),
        required=False,
        assume_scheme="https",
    )
    version = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    def wanted(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class WhyQuery(LenientQuery):
    motif = forms.UUIDField(required=False)
    jour = forms.DateField(
        required=False,
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
    )


class WhyForm(forms.Form):
    """The question, drawn with what was asked."""

    motif = forms.ChoiceField(label=_("Motif"))
    jour = DayField(label=_("Jour"))

    def __init__(self, *args: Any, offers: Sequence[AgendaReason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["motif"].choices = [  # type: ignore[attr-defined]
            (str(offer.visit_reason.uid), offer.visit_reason.name) for offer in offers
        ]


class NewAgendaForm(OnceForm):
    """Who receives where."""

    practitioner = forms.ChoiceField(label=_("Qui reçoit ?"))
    location = forms.ChoiceField(label=_("À quelle adresse ?"))

    def __init__(
        self, *args: Any, people: Sequence[Practitioner], locations: Sequence[Location], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["practitioner"].choices = [(one.slug, one.display_name) for one in people]  # type: ignore[attr-defined]
        self.fields["location"].choices = [  # type: ignore[attr-defined]
            (str(one.uid), f"{one.name}, {one.street}, {one.postcode}") for one in locations
        ]


class KindsForm(OnceForm):
    """The usual reasons of a specialty, of which a practice takes those it wants."""

    kinds = forms.MultipleChoiceField(
        label=_("Motifs proposés"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un motif.")},
    )

    def __init__(self, *args: Any, kinds: Sequence[ReasonKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kinds"]
        field.choices = [(kind.slug, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        field.option_hints = {  # type: ignore[attr-defined]
            kind.slug: _("%(minutes)d min") % {"minutes": kind.duration_minutes} for kind in kinds
        }


class WeekForm(OnceForm):
    """A typical week: the days one receives, a morning and an afternoon."""

    weekdays = forms.MultipleChoiceField(
        label=_("Jours où vous recevez"),
        choices=DAYS,
        widget=forms.CheckboxSelectMultiple,
        initial=["1", "2", "3", "4", "5"],
        error_messages={"required": _("Choisissez au moins un jour.")},
    )
    morning_start = HourField(label=_("Matin, de"), initial="09:00", required=False)
    morning_end = HourField(label=_("Matin, à"), initial="12:00", required=False)
    afternoon_start = HourField(label=_("Après-midi, de"), initial="14:00", required=False)
    afternoon_end = HourField(label=_("Après-midi, à"), initial="18:00", required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        halves = (("morning_start", "morning_end"), ("afternoon_start", "afternoon_end"))
        for start, end in halves:
            if (values.get(start) is None) != (values.get(end) is None) and not {start, end} & self.errors.keys():
                self.add_error(end, _("Donnez le début et la fin, ou laissez les deux vides."))
            elif values.get(start) is not None and values.get(end) is not None and values[end] <= values[start]:
                self.add_error(end, _("La fin est avant le début."))
        if not self.errors and not self.windows(values):
            self.add_error("morning_start", _("Donnez au moins une plage, le matin ou l’après-midi."))
        return values

    def windows(self, values: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """The windows of the week, without their first date."""
        values = values or self.cleaned_data
        days = [int(day) for day in values.get("weekdays", [])]
        halves = (("morning_start", "morning_end"), ("afternoon_start", "afternoon_end"))
        return [
            {"weekdays": days, "start_time": values[start], "end_time": values[end]}
            for start, end in halves
            if values.get(start) is not None and values.get(end) is not None
        ]


def rules_initial(agenda: Agenda, version: str) -> dict[str, Any]:
    names = ("repeat_limit_days", "upcoming_limit", "video_link")
    return {name: getattr(agenda, name) for name in names} | {"version": version}
