"""Forms of a practice's subscription: subscribing, a seat, an option, a payer, a pause, leaving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.countries import COUNTRY_NAMES
from billing.enums import PauseReason, PaymentMethod
from billing.payer_fields import COUNTRIES, HOME
from billing.services.subscribing import NOW, TERM
from core.exceptions import DomainError
from core.forms import CleanCharField, OnceForm
from core.text import fold

DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
Choices = Sequence[tuple[str, str | Promise]]
# Under which field the refusal of a service is shown; the others stand above the form.
FIELDS = {
    "plan_unknown": "plan",
    "seats_empty": "seats",
    "seat_taken": "practitioner",
    "payer_name_missing": "name",
    "siret_wrong": "siret",
    "vat_number_wrong": "vat_number",
    "postcode_wrong": "postcode",
    "country_wrong": "country",
    "terms_not_accepted": "terms",
    "day_past": "on",
    "day_too_early": "on",
    "day_too_far": "on",
    "dates_reversed": "last_day",
    "pause_too_short": "last_day",
    "pause_too_long": "last_day",
}
METHOD_HINTS = {
    PaymentMethod.TRANSFER.value: _("À réception de la facture, avec sa référence."),
    PaymentMethod.SEPA.value: _("Vous signez le mandat en ligne, à l’étape suivante."),
    PaymentMethod.CARD.value: _("Vous enregistrez la carte à l’étape suivante."),
}


def show_refusal(form: forms.Form, refusal: DomainError) -> None:
    """The sentence of a refusal under the field it is about."""
    name = FIELDS.get(refusal.code, "")
    form.add_error(name if name in form.fields else None, str(refusal.message))


class DayField(forms.DateField):
    """A local day, from the browser's own field or typed the French way."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", DAY_FORMATS)
        kwargs.setdefault(
            "error_messages",
            {
                "invalid": _("Cette date n’existe pas. Écrivez-la ainsi\u00a0: 17/03/2027."),
                "required": _("Choisissez une date."),
            },
        )
        kwargs["widget"] = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(**kwargs)


def _choice(label: Any, choices: Choices, hints: Mapping[str, Any] | None = None, **kwargs: Any) -> forms.ChoiceField:
    errors = {"required": _("Choisissez une réponse."), "invalid_choice": _("Cette réponse n’est pas dans la liste.")}
    field = forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=errors, **kwargs)
    field.option_hints = hints or {}  # type: ignore[attr-defined]
    return field


def countries() -> list[tuple[str, str]]:
    """Where a payer may be settled, France first, then by name in the reader's language."""
    names = [(code, str(COUNTRY_NAMES[code])) for code in COUNTRIES if code != HOME]
    return [(HOME, str(COUNTRY_NAMES[HOME])), *sorted(names, key=lambda one: fold(one[1]))]


class PayerForm(OnceForm):
    """Who receives the invoices. Only the name is needed to begin; an invoice asks for the rest."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = CleanCharField(
        label=_("Raison sociale ou nom"),
        max_length=120,
        error_messages={"required": _("Indiquez le nom ou la raison sociale.")},
    )
    legal_form = CleanCharField(
        label=_("Forme juridique"), max_length=40, required=False, help_text=_("SCM, SELARL, EI…")
    )
    siret = CleanCharField(label=_("Numéro SIRET"), max_length=20, required=False, help_text=_("Quatorze chiffres."))
    vat_number = CleanCharField(
        label=_("Numéro de TVA"),
        max_length=20,
        required=False,
        help_text=_(
            "Si vous en avez un. Obligatoire hors de France\u00a0: la TVA est alors due par vous (autoliquidation)."
        ),
    )
    street = CleanCharField(label=_("Adresse"), max_length=160, required=False)
    street2 = CleanCharField(label=_("Complément d’adresse"), max_length=160, required=False)
    postcode = CleanCharField(label=_("Code postal"), max_length=10, required=False)
    city = CleanCharField(label=_("Commune"), max_length=80, required=False)
    country = forms.ChoiceField(
        label=_("Pays"),
        required=False,
        error_messages={"invalid_choice": _("Ce pays n’est pas dans la liste.")},
    )
    email = forms.EmailField(
        label=_("E-mail des factures"),
        required=False,
        error_messages={"invalid": _("Cette adresse n’est pas complète, par exemple alice@exemple.fr.")},
    )
    purchase_order = CleanCharField(
        label=_("Référence de commande"),
        max_length=40,
        required=False,
        help_text=_("Si votre comptable en demande une."),
    )
    method = _choice(_("Moyen de paiement"), PaymentMethod.choices, METHOD_HINTS)

    PAYER = (
        *("name", "legal_form", "siret", "vat_number", "street", "street2", "postcode", "city", "country"),
        *("email", "purchase_order", "method"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries()  # type: ignore[attr-defined]

    @property
    def payer_fields(self) -> dict[str, str]:
        """What the services take."""
        return {name: self.cleaned_data.get(name) or "" for name in self.PAYER if name in self.fields}


class SubscribeForm(PayerForm):
    """Everything in one page: plan, practitioners, payer, means of payment, terms."""

    plan = _choice(_("Formule"), [])
    seats = forms.MultipleChoiceField(
        label=_("Praticiens"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un praticien.")},
    )
    terms = forms.BooleanField(
        label=_("J’accepte les conditions\u00a0: sans engagement, résiliable à tout moment en ligne."),
        error_messages={"required": _("Acceptez les conditions pour vous abonner.")},
    )
    field_order = ("plan", "seats")

    def __init__(self, *args: Any, plans: Choices, hints: Mapping[str, Any], people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].choices = plans  # type: ignore[attr-defined]
        self.fields["plan"].option_hints = hints  # type: ignore[attr-defined]
        self.fields["seats"].choices = people  # type: ignore[attr-defined]
        for name in ("street2", "purchase_order", "vat_number", "legal_form", "country"):
            del self.fields[name]


class SeatForm(OnceForm):
    """A seat from a day on: plan and payer. `practitioner` is asked when it is a new seat."""

    practitioner = _choice(_("Praticien"), [])
    plan = _choice(_("Formule"), [])
    payer = _choice(_("Payeur"), [])
    on = DayField(label=_("À partir du"))
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, plans: Choices, hints: Mapping[str, Any], payers: Choices, people: Choices = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].choices = plans  # type: ignore[attr-defined]
        self.fields["plan"].option_hints = hints  # type: ignore[attr-defined]
        self.fields["payer"].choices = payers  # type: ignore[attr-defined]
        if people:
            self.fields["practitioner"].choices = people  # type: ignore[attr-defined]
        else:
            del self.fields["practitioner"]


class RemoveForm(forms.Form):
    on = DayField(label=_("À partir du"))
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


class AddonForm(forms.Form):
    """How many of each option, one field for each."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, addons: Sequence[tuple[str, str, str, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label, hint, quantity in addons:
            self.fields[code] = forms.IntegerField(
                label=label,
                help_text=hint,
                min_value=0,
                max_value=50,
                initial=quantity,
                error_messages={
                    "required": _("Écrivez un nombre."),
                    "invalid": _("Écrivez un nombre."),
                    "max_value": _("Cinquante au plus."),
                    "min_value": _("Zéro ou plus."),
                },
            )


class PauseForm(OnceForm):
    """Days of leave, both included."""

    practitioner = _choice(_("Praticien"), [])
    first_day = DayField(label=_("Premier jour"))
    last_day = DayField(label=_("Dernier jour"))
    reason = _choice(_("Motif"), PauseReason.choices)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["practitioner"].choices = people  # type: ignore[attr-defined]


class LeaveForm(OnceForm):
    when = _choice(_("Quand\u00a0?"), [(TERM, ""), (NOW, "")])
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, term: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["when"].choices = [(TERM, term), (NOW, _("Aujourd’hui"))]  # type: ignore[attr-defined]
