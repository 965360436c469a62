"""Forms of the waitlist: joining it, and the desk's line for a caller."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms import _born, _who
from booking.services.waitlist import When
from booking.waitlist import Window
from booking.waitlist_words import PARTS
from core.forms import OnceForm
from patients.selectors import Person
from practitioners.models import AgendaReason, VisitQuestion

DAY_ERROR = {"invalid": _("Cette date n’existe pas.")}
TAKE, DECLINE, LEAVE = "take", "decline", "leave"


class WhenForm(OnceForm):
    """The days and hours that suit: parts of weekdays (`0-am`), and two dates. Nothing said: any time."""

    times = forms.MultipleChoiceField(
        required=False,
        choices=[(f"{day}-{part}", "") for day in range(7) for part in PARTS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choisissez des jours de la semaine.")},
    )
    earliest_on = forms.DateField(
        label=_("À partir du"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=DAY_ERROR,
    )
    latest_on = forms.DateField(
        label=_("Jusqu’au"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=DAY_ERROR,
    )

    @property
    def when(self) -> When:
        return When(
            windows=windows_of(self.cleaned_data["times"]),
            earliest_on=self.cleaned_data["earliest_on"],
            latest_on=self.cleaned_data["latest_on"],
        )

    @property
    def chosen(self) -> set[str]:
        """The boxes to show ticked."""
        return set(self.data.getlist("times")) if hasattr(self.data, "getlist") else set()


class JoinForm(WhenForm):
    """For whom, with whom of the practice, and the questions of the reason."""

    patient = forms.ChoiceField(
        label=_("Pour qui ?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites pour qui est ce rendez-vous.")},
    )
    agendas = forms.MultipleChoiceField(
        label=_("Avec qui ?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un soignant.")},
    )

    def __init__(
        self,
        *args: Any,
        people: Sequence[Person],
        offers: Sequence[AgendaReason],
        questions: Sequence[VisitQuestion],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        patient = self.fields["patient"]
        patient.choices = [(str(person.uid), _who(person)) for person in people]  # type: ignore[attr-defined]
        patient.option_hints = {str(person.uid): _born(person) for person in people}  # type: ignore[attr-defined]
        if people:
            patient.initial = str(people[0].uid)
        agendas = self.fields["agendas"]
        agendas.choices = [(str(one.agenda.uid), one.agenda.practitioner.display_name) for one in offers]  # type: ignore[attr-defined]
        agendas.option_hints = {str(one.agenda.uid): one.agenda.location.name for one in offers}  # type: ignore[attr-defined]
        agendas.initial = [str(offers[0].agenda.uid)] if offers else []
        for question in self.questions:
            self.fields[f"question_{question.uid}"] = forms.ChoiceField(
                label=question.text,
                choices=[("yes", _("Oui")), ("no", _("Non"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Répondez par oui ou par non.")},
            )

    @property
    def question_fields(self) -> list[forms.BoundField]:
        return [self[f"question_{question.uid}"] for question in self.questions]

    @property
    def answers(self) -> dict[str, bool]:
        return {str(one.uid): self.cleaned_data[f"question_{one.uid}"] == "yes" for one in self.questions}

    @property
    def wanted_agendas(self) -> list[UUID]:
        return [UUID(uid) for uid in self.cleaned_data["agendas"]]


class EnlistForm(WhenForm):
    """A caller of the desk: which file, which reason, with whom."""

    record = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": _("Choisissez un patient.")})
    reason = forms.ChoiceField(label=_("Motif"), error_messages={"required": _("Choisissez un motif.")})
    agendas = forms.MultipleChoiceField(
        label=_("Avec qui ?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un soignant.")},
    )

    def __init__(self, *args: Any, choices: Sequence[AgendaReason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = {str(one.visit_reason.uid): one.visit_reason.name for one in choices}
        people = {str(one.agenda.uid): one.agenda.practitioner.display_name for one in choices}
        self.fields["reason"].choices = list(reasons.items())  # type: ignore[attr-defined]
        agendas = self.fields["agendas"]
        agendas.choices = list(people.items())  # type: ignore[attr-defined]
        agendas.option_hints = {str(one.agenda.uid): one.agenda.location.name for one in choices}  # type: ignore[attr-defined]
        agendas.initial = list(people) if len(people) == 1 else []

    @property
    def visit_reason(self) -> UUID:
        return UUID(self.cleaned_data["reason"])

    @property
    def wanted_agendas(self) -> list[UUID]:
        return [UUID(uid) for uid in self.cleaned_data["agendas"]]


def windows_of(times: Sequence[str]) -> list[Window]:
    """`["0-am", "3-eve"]` as hours of weekdays."""
    found = []
    for code in sorted(set(times)):
        day, _dash, part = code.partition("-")
        found.append(Window(int(day), *PARTS[part]))
    return found
