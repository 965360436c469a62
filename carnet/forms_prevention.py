"""Forms of prevention: when it was done, the questions, the themes, the place where to look for somebody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carnet.checkups import NUMBER, WORDS, YES_NO, Question, Questionnaire
from carnet.conditions import Condition
from carnet.enums_health import Theme
from carnet.forms_health import DayField
from core.forms import CleanCharField, CleanTextField

YES, NO, UNSAID = "yes", "no", ""
_MEANING = {YES: True, NO: False, UNSAID: None}


class DoneForm(forms.Form):
    """« C’est déjà fait »: the day, as remembered."""

    done_on = DayField(label=_("Fait le"), help_text=_("Le jour exact ou, à défaut, le premier du mois : 01/03/2024."))


class QuestionsForm(forms.Form):
    """The questions of prevention, each with yes, no, or no answer; and the expected day of a birth."""

    def __init__(self, *args: Any, questions: Iterable[Condition], given: Mapping[str, bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in questions:
            answered = given.get(one.code)
            self.fields[one.code] = forms.ChoiceField(
                label=str(one.question),
                choices=[(YES, _("Oui")), (NO, _("Non")), (UNSAID, _("Je ne réponds pas"))],
                widget=forms.RadioSelect,
                required=False,
                initial=UNSAID if answered is None else YES if answered else NO,
            )

    @property
    def answers(self) -> dict[str, bool | None]:
        return {code: _MEANING[value] for code, value in self.cleaned_data.items() if value in _MEANING}


class TermForm(forms.Form):
    term = DayField(label=_("Date prévue de la naissance"), required=False)


class ThemesForm(forms.Form):
    """Nothing is ticked beforehand; what one agreed to before is."""

    themes = forms.MultipleChoiceField(
        label=_("Me prévenir pour"), choices=Theme.choices, widget=forms.CheckboxSelectMultiple, required=False
    )


class PlaceForm(forms.Form):
    """Where to look for somebody: a commune or a postcode."""

    ou = CleanCharField(label=_("Près de quel endroit ?"), max_length=100, required=False)
    qui = forms.SlugField(required=False, widget=forms.HiddenInput)


class CheckupAnswersForm(forms.Form):
    """The questions of « Mon bilan prévention »; none is compulsory. `agreed` is asked as long as nothing is kept."""

    def __init__(self, *args: Any, questionnaire: Questionnaire, asks_consent: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, one in questionnaire.questions.items():
            self.fields[code] = _field_of(one)
        if asks_consent:
            self.fields["agreed"] = forms.BooleanField(
                required=False,
                label=_("J’accepte que mes réponses soient gardées, chiffrées, dans mon carnet. Je peux les effacer."),
            )

    def sections(self, questionnaire: Questionnaire) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under the titles of the questionnaire."""
        return [(section.title, [self[one.code] for one in section.questions]) for section in questionnaire.sections]

    @property
    def answers(self) -> dict[str, str]:
        return {code: value for code, value in self.cleaned_data.items() if code != "agreed"}


def _field_of(one: Question) -> forms.Field:
    if one.kind == WORDS:
        area = forms.Textarea(attrs={"rows": 3})
        return CleanTextField(label=one.text, required=False, max_length=1000, widget=area)
    if one.kind == NUMBER:
        number = forms.TextInput(attrs={"inputmode": "decimal"})
        return CleanCharField(label=one.text, required=False, max_length=12, widget=number)
    options = [("yes", _("Oui")), ("no", _("Non"))] if one.kind == YES_NO else list(one.options)
    choices = [*options, (UNSAID, _("Je ne réponds pas"))]
    return forms.ChoiceField(label=str(one.text), required=False, choices=choices, widget=forms.RadioSelect)
