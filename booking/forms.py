"""Forms of booking. Query strings are read leniently: a malformed part is left out; what is written is checked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import phrasing
from core.forms import CleanCharField, CleanTextField, OnceForm
from patients.selectors import Person
from practitioners.enums import Mode
from practitioners.models import VisitQuestion


class LenientQuery(forms.Form):
    """A query string: `cleaned()` holds the parts that could be read."""

    def cleaned(self) -> dict[str, Any]:
        self.full_clean()
        return {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value not in (None, "")}


class CalendarQuery(LenientQuery):
    cabinet = forms.UUIDField(required=False)
    motif = forms.UUIDField(required=False)
    mode = forms.ChoiceField(choices=Mode.choices, required=False)
    du = forms.DateField(required=False, input_formats=["%Y-%m-%d"])


class SlotField(forms.CharField):
    """An hour of the grid: the agenda's uid and the instant with its offset."""

    default_error_messages = {"required": _("Choisissez une heure."), "invalid": _("Cette heure n’existe pas.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=80, **kwargs)

    def to_python(self, value: Any) -> tuple[UUID, datetime] | None:  # type: ignore[override]
        text = super().to_python(value)
        if not text:
            return None
        agenda, _slash, instant = text.partition("/")
        try:
            start = parse_datetime(instant)
            if start is None or start.utcoffset() is None:
                raise ValueError
            return UUID(agenda), start
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


class HoldForm(forms.Form):
    """Choosing an hour on the practitioner's page."""

    motif = forms.UUIDField()
    mode = forms.ChoiceField(choices=Mode.choices, required=False)
    slot = SlotField()


class BookingForm(OnceForm):
    """The last step: for whom, the questions of the reason, a note."""

    patient = forms.ChoiceField(
        label=_("Pour qui est ce rendez-vous ?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites pour qui est ce rendez-vous.")},
    )
    also = forms.MultipleChoiceField(
        label=_("Venir à plusieurs, l’un après l’autre"), widget=forms.CheckboxSelectMultiple, required=False
    )
    mode = forms.ChoiceField(label=_("Comment ?"), choices=(), widget=forms.RadioSelect, required=False)
    note = CleanTextField(
        label=_("Un mot pour le cabinet"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    concealed = forms.BooleanField(
        label=_("Ne pas montrer ce rendez-vous aux autres proches qui s’occupent de cette personne"), required=False
    )
    slot = SlotField(required=False)
    replaces = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        people: Sequence[Person],
        modes: Sequence[str],
        questions: Sequence[VisitQuestion],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        patient = self.fields["patient"]
        patient.choices = [(str(person.uid), _who(person)) for person in people]  # type: ignore[attr-defined]
        patient.option_hints = {str(person.uid): _born(person) for person in people}  # type: ignore[attr-defined]
        if len(people) == 1:
            patient.initial = str(people[0].uid)
            del self.fields["also"]
        else:
            self.fields["also"].choices = patient.choices  # type: ignore[attr-defined]
        if len(modes) > 1:
            self.fields["mode"].choices = [(mode, Mode(mode).label) for mode in modes]  # type: ignore[attr-defined]
            self.fields["mode"].initial = modes[0]
            self.fields["mode"].required = True
        else:
            del self.fields["mode"]
        if all(person.is_self for person in people):
            del self.fields["concealed"]
        for question in self.questions:
            self.fields[f"question_{question.uid}"] = forms.ChoiceField(
                label=question.text,
                choices=[("yes", _("Oui")), ("no", _("Non"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Répondez par oui ou par non.")},
            )

    @property
    def together(self) -> list[UUID]:
        """The person and those who come with them, in that order and once each; one person alone gives one."""
        asked = [self.cleaned_data["patient"], *self.cleaned_data.get("also", [])]
        return [UUID(uid) for uid in dict.fromkeys(asked)]

    @property
    def question_fields(self) -> list[forms.BoundField]:
        return [self[f"question_{question.uid}"] for question in self.questions]

    @property
    def answers(self) -> dict[str, bool]:
        """The answers by the questions' identifiers."""
        return {
            str(question.uid): self.cleaned_data[f"question_{question.uid}"] == "yes" for question in self.questions
        }


class CancelForm(OnceForm):
    reason = CleanCharField(label=_("Pourquoi annulez-vous ?"), max_length=500, required=False)


class MoveForm(OnceForm):
    slot = SlotField()


def _who(person: Person) -> str:
    """« Moi, Alice Fontaine », « Léo Fontaine, mon enfant »."""
    relation = str(person.relation_label)
    if person.is_self:
        return f"{relation}, {person.display_name}"
    return f"{person.display_name}, {relation[:1].lower()}{relation[1:]}"


def _born(person: Person) -> str:
    """The date of birth, which tells namesakes apart."""
    return gettext("Date de naissance : %s") % phrasing.day_text(person.birth_date, weekday=False, year=True)
