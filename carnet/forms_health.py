"""Forms of the health profile and of vaccines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carnet.enums_health import MeasureKind, Severity
from carnet.vaccines import VACCINES
from core.forms import CleanCharField, CleanTextField, OnceForm
from patients.forms.identity import DATE_FORMATS

TODAY, AT_AGE, OTHER = "today", "age", "other"


class DayField(forms.DateField):
    """A typed day of the past, day first."""

    def __init__(self, *, required: bool = True, **kwargs: Any) -> None:
        super().__init__(
            input_formats=DATE_FORMATS,
            required=required,
            widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={
                "required": _("Écrivez la date."),
                "invalid": _("Cette date n’existe pas. Écrivez-la ainsi : 17/03/2020."),
            },
            **kwargs,
        )


class ItemForm(OnceForm):
    """A line of the history or of the treatments."""

    label = CleanCharField(label=_("Quoi"), max_length=120, error_messages={"required": _("Écrivez au moins un mot.")})
    details = CleanTextField(
        label=_("À savoir"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    began_on = DayField(label=_("Depuis le"), required=False, help_text=_("Par exemple 17/03/2020."))
    ended_on = DayField(label=_("Terminé le"), required=False)
    confidential = forms.BooleanField(label=_("Ne pas montrer à mes proches, parents compris"), required=False)

    def __init__(self, *args: Any, own: bool = False, **kwargs: Any) -> None:
        """`own`: the profile of whoever writes; nobody keeps a line from others in somebody else's name."""
        super().__init__(*args, **kwargs)
        if not own:
            del self.fields["confidential"]

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "form_token"}


class AllergyForm(ItemForm):
    """An allergy, and how bad it was at its worst."""

    severity = forms.ChoiceField(
        label=_("La réaction la plus forte"),
        choices=Severity.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites à quel point la réaction a été forte.")},
    )

    field_order = ["label", "severity", "details", "began_on", "ended_on", "confidential", "form_token"]


class DoctorForm(forms.Form):
    """Who treats the person, and what rescuers must read first."""

    treating_doctor = CleanCharField(label=_("Médecin traitant"), max_length=120, required=False)
    treating_phone = CleanCharField(
        label=_("Son téléphone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    emergency_note = CleanTextField(
        label=_("À savoir en cas d’urgence"),
        max_length=1000,
        required=False,
        help_text=_("Par exemple un pacemaker, un groupe sanguin, une langue parlée."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class MeasureForm(forms.Form):
    kind = forms.ChoiceField(label=_("Mesure"), choices=MeasureKind.choices)
    value = CleanCharField(
        label=_("Valeur"),
        max_length=12,
        help_text=_("Un nombre ; pour la tension, par exemple 120/80."),
        error_messages={"required": _("Écrivez la valeur.")},
    )
    taken_on = DayField(label=_("Le"))


class ContactForm(forms.Form):
    name = CleanCharField(label=_("Nom"), max_length=120, error_messages={"required": _("Écrivez le nom.")})
    phone = CleanCharField(
        label=_("Téléphone"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        error_messages={"required": _("Écrivez le numéro.")},
    )
    relation = CleanCharField(label=_("Lien avec la personne"), max_length=60, required=False)


class DosesForm(OnceForm):
    """The doses of one visit: which, when, and if one has them the lot and who gave them."""

    vaccines = forms.MultipleChoiceField(
        label=_("Vaccins reçus"),
        choices=[(code, vaccine.label) for code, vaccine in VACCINES.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un vaccin.")},
    )
    when = forms.ChoiceField(label=_("Quand"), widget=forms.RadioSelect, choices=())
    given_on = DayField(label=_("Autre jour"), required=False, help_text=_("Par exemple 17/03/2020."))
    lot = CleanCharField(label=_("Numéro de lot"), max_length=40, required=False)
    given_by = CleanCharField(label=_("Par qui"), max_length=120, required=False)

    def __init__(self, *args: Any, today: date, at_age: date | None = None, offered: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days = {TODAY: today, AT_AGE: at_age}
        choices: list[tuple[str, Any]] = [(TODAY, _("Aujourd’hui"))]
        if at_age is not None and at_age <= today:
            choices.append((AT_AGE, _("À l’âge prévu, le %(day)s") % {"day": f"{at_age:%d/%m/%Y}"}))
        self.fields["when"].choices = [*choices, (OTHER, _("Un autre jour"))]  # type: ignore[attr-defined]
        if offered:
            field = self.fields["vaccines"]
            field.choices = sorted(field.choices, key=lambda one: one[0] not in offered)[: len(offered)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        when = values.get("when")
        if when == OTHER and not values.get("given_on") and "given_on" not in self.errors:
            self.add_error("given_on", _("Écrivez la date."))
        return values

    @property
    def day(self) -> date:
        """The chosen day."""
        return self.days.get(self.cleaned_data["when"]) or self.cleaned_data["given_on"]


class GivenForm(DosesForm):
    """The doses that a professional gave: the person's book says who they are, the form does not ask."""

    given_by = None  # type: ignore[assignment]


class DoseForm(forms.Form):
    """A dose already noted."""

    given_on = DayField(label=_("Reçu le"))
    lot = CleanCharField(label=_("Numéro de lot"), max_length=40, required=False)
    given_by = CleanCharField(label=_("Par qui"), max_length=120, required=False)


class ProofForm(forms.Form):
    """The document that shows a dose, or none."""

    document = forms.ChoiceField(label=_("Document qui le montre"))
    NONE = "aucun"

    def __init__(self, *args: Any, documents: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(self.NONE, _("Aucun document")), *documents]
        self.fields["document"].choices = choices  # type: ignore[attr-defined]


def show_refusal(form: forms.Form, field: str | None, message: Any) -> None:
    """Adds the refusal of a service to its field, or to the form."""
    form.add_error(field if field in form.fields else None, str(message))
