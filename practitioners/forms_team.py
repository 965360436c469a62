"""Forms of the team: who is invited or changed, as what, on which agendas and between which days; and a cover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import EmailField
from core.exceptions import DomainError
from core.forms import CleanCharField
from practitioners.enums import Role

DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
# Under which field the refusal of a service is shown.
FIELDS = {
    "role_unknown": "role",
    "role_fixed": "role",
    "last_owner": "role",
    "dates_required": "last_day",
    "dates_reversed": "last_day",
    "dates_past": "last_day",
    "dates_too_long": "last_day",
    "agendas_required": "agendas",
    "register_number_wrong": "register_number",
    "own_address": "email",
    "already_member": "email",
    "own_cover": "colleague",
    "not_a_colleague": "colleague",
}
HINTS = {
    Role.OWNER.value: _("Tous les agendas, l’équipe et les réglages."),
    Role.PRACTITIONER.value: _("Son agenda, et ceux que vous lui confiez."),
    Role.LOCUM.value: _("Les agendas choisis, entre deux dates, avec son propre compte."),
    Role.COVER.value: _("Un confrère voit et agit entre deux dates, sans lire les notes internes."),
    Role.SECRETARY.value: _("Les agendas choisis, leurs horaires et leurs patients."),
    Role.ACCOUNTANT.value: _("Aucun agenda, aucun patient."),
}


class DayField(forms.DateField):
    """A local day, from the browser's own field or typed the French way."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", DAY_FORMATS)
        kwargs.setdefault(
            "error_messages", {"invalid": _("Cette date n’existe pas. Écrivez-la ainsi\u00a0: 17/03/2027.")}
        )
        kwargs["widget"] = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(**kwargs)


class ScopeForm(forms.Form):
    """Role, agendas and days. `agendas`: (uid, label) of those that may be given."""

    role = forms.ChoiceField(
        label=_("Rôle"),
        choices=Role.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez un rôle."), "invalid_choice": _("Choisissez un rôle.")},
    )
    all_agendas = forms.BooleanField(label=_("Tous les agendas, présents et à venir"), required=False)
    agendas = forms.MultipleChoiceField(
        label=_("Agendas"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Cet agenda n’est pas dans la liste.")},
    )
    first_day = DayField(label=_("Premier jour"), required=False)
    last_day = DayField(
        label=_("Dernier jour"), required=False, help_text=_("L’accès prend fin de lui-même à la fin de ce jour.")
    )

    def __init__(self, *args: Any, agendas: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agendas"].choices = agendas  # type: ignore[attr-defined]
        if "role" in self.fields:
            self.fields["role"].option_hints = HINTS  # type: ignore[attr-defined]


class InviteForm(ScopeForm):
    email = EmailField(
        label=_("Son adresse e-mail"),
        autocomplete="off",
        help_text=_("Seule la personne qui détient cette adresse pourra accepter, pendant sept jours."),
        error_messages={
            "required": _("Écrivez l’adresse e-mail de la personne à inviter."),
            "invalid": _("Cette adresse n’est pas complète, par exemple alice@exemple.fr."),
        },
    )
    register_number = CleanCharField(
        label=_("Numéro RPPS"), required=False, max_length=20, help_text=_("Pour un remplaçant\u00a0: onze chiffres.")
    )
    field_order = ("email", "role", "all_agendas", "agendas", "first_day", "last_day", "register_number")


class CoverForm(forms.Form):
    colleague = forms.ChoiceField(
        label=_("Qui vous relaie\u00a0?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez un confrère."), "invalid_choice": _("Choisissez un confrère.")},
    )
    agendas = forms.MultipleChoiceField(
        label=_("Agendas"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choisissez au moins un agenda."),
            "invalid_choice": _("Cet agenda n’est pas dans la liste."),
        },
    )
    first_day = DayField(label=_("Premier jour"), required=False)
    last_day = DayField(
        label=_("Dernier jour"),
        error_messages={
            "required": _("Un remplacement a toujours un dernier jour."),
            "invalid": _("Cette date n’existe pas. Écrivez-la ainsi\u00a0: 17/03/2027."),
        },
    )

    def __init__(
        self, *args: Any, agendas: Sequence[tuple[str, str]], colleagues: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agendas"].choices = agendas  # type: ignore[attr-defined]
        self.fields["colleague"].choices = colleagues  # type: ignore[attr-defined]


def show_refusal(form: forms.Form, refusal: DomainError) -> None:
    """Add the refusal to its field, or to the form as a whole."""
    field = FIELDS.get(refusal.code)
    form.add_error(field if field in form.fields else None, str(refusal.message))
