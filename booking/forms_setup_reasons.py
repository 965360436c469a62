"""Forms of a reason and of how an agenda offers it. Durations and prices are typed as people say them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from core.forms import CleanCharField, CleanTextField, OnceForm
from practitioners.bounds import OFFER
from practitioners.enums import Audience, Discretion, Mode
from practitioners.models import AgendaReason, VisitQuestion, VisitReason

QUESTIONS = 3
TINTS = [
    ("1", _("Vert")),
    ("2", _("Bleu")),
    ("3", _("Mimosa")),
    ("4", _("Violet")),
    ("5", _("Orange")),
    ("6", _("Gris")),
]
STOPS = [("", _("Ni l’une ni l’autre")), ("yes", _("Oui")), ("no", _("Non"))]
STOP_OF = {"": None, "yes": True, "no": False}
# Which field of a form a refusal is about.
OFFER_FIELD_OF = {"modes_empty": "modes", "video_link_required": "modes"}
REASON_FIELD_OF = {"specialty_in_use": "specialty", "specialty_unknown": "specialty"}


class ReasonForm(OnceForm):
    """What patients read about a reason, and what they are asked."""

    name = CleanCharField(label=_("Nom du motif"), max_length=80)
    specialty = forms.ChoiceField(label=_("Spécialité"))
    before_booking = CleanTextField(
        label=_("À lire avant de réserver"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    instructions = CleanTextField(
        label=_("Consignes pour la venue"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    discretion = forms.ChoiceField(
        label=_("Discrétion"), choices=Discretion.choices, initial=Discretion.NORMAL, widget=forms.RadioSelect
    )
    tint = forms.TypedChoiceField(label=_("Couleur dans l’agenda"), choices=TINTS, coerce=int, initial="1")
    position = forms.IntegerField(label=_("Rang dans la liste"), min_value=0, max_value=1000, initial=0)
    version = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        specialties: Sequence[tuple[str, str]],
        others: Iterable[VisitReason],
        is_offered: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["specialty"].choices = specialties  # type: ignore[attr-defined]
        if is_offered or len(specialties) == 1:
            self.fields["specialty"].required = False
        targets = [("", _("Aucun")), *((str(one.uid), one.name) for one in others)]
        for number in range(1, QUESTIONS + 1):
            self._add_question(number, targets)

    def _add_question(self, number: int, targets: Sequence[tuple[str, Any]]) -> None:
        names = {"n": number}
        self.fields[f"question_{number}"] = CleanCharField(
            label=_("Question %(n)d") % names, max_length=200, required=False
        )
        self.fields[f"id_{number}"] = forms.UUIDField(required=False, widget=forms.HiddenInput)
        self.fields[f"stop_{number}"] = forms.ChoiceField(
            label=_("Quelle réponse arrête la réservation ?"), choices=STOPS, required=False
        )
        self.fields[f"refusal_{number}"] = CleanCharField(
            label=_("Message affiché alors"), max_length=300, required=False
        )
        self.fields[f"target_{number}"] = forms.ChoiceField(
            label=_("Motif proposé à la place"), choices=targets, required=False
        )

    @property
    def questions(self) -> list[list[forms.BoundField]]:
        """The fields of each question, as a page draws them."""
        parts = ("question", "id", "stop", "refusal", "target")
        return [[self[f"{part}_{number}"] for part in parts] for number in range(1, QUESTIONS + 1)]

    def wanted(self) -> dict[str, Any]:
        values = self.cleaned_data
        names = ("name", "before_booking", "instructions", "discretion", "tint", "position")
        fields = {name: values[name] for name in names}
        if values.get("specialty"):
            fields["specialty"] = values["specialty"]
        asked = [number for number in range(1, QUESTIONS + 1) if values[f"question_{number}"]]
        fields["questions"] = [
            {
                "id": values[f"id_{number}"],
                "text": values[f"question_{number}"],
                "refuse_on": STOP_OF[values[f"stop_{number}"]],
                "refusal": values[f"refusal_{number}"],
                "redirect_to": UUID(values[f"target_{number}"]) if values[f"target_{number}"] else None,
            }
            for number in asked
        ]
        return fields


ONLINE, COLLEAGUES, PRACTICE = "online", "colleagues", "practice"
BOOKED_BY = [
    (ONLINE, _("Tout le monde, en ligne")),
    (COLLEAGUES, _("Les confrères qui adressent un patient, jamais le public")),
    (PRACTICE, _("Le cabinet seul")),
]


class OfferForm(forms.Form):
    """How an agenda offers a reason: lengths in minutes, delays in days or minutes, price in euros."""

    duration_minutes = forms.IntegerField(label=_("Durée (minutes)"))
    step_minutes = forms.IntegerField(
        label=_("Un début toutes les (minutes)"), help_text=_("Vide : autant que la durée."), required=False
    )
    buffer_before_minutes = forms.IntegerField(label=_("Pause avant (minutes)"), initial=0)
    buffer_after_minutes = forms.IntegerField(label=_("Pause après (minutes)"), initial=0)
    notice_minutes = forms.IntegerField(
        label=_("Délai avant de pouvoir réserver (minutes)"), help_text=_("60 : on ne réserve plus dans l’heure.")
    )
    horizon_days = forms.IntegerField(label=_("Ouvert combien de jours à l’avance"))
    change_until_minutes = forms.IntegerField(
        label=_("Déplacer ou annuler en ligne jusqu’à (minutes avant)"), help_text=_("1440 : la veille.")
    )
    daily_quota = forms.IntegerField(label=_("Au plus par jour"), help_text=_("Vide : sans limite."), required=False)
    price = forms.DecimalField(
        label=_("Tarif affiché (euros)"), min_value=0, max_value=10_000, decimal_places=2, required=False, localize=True
    )
    modes = forms.MultipleChoiceField(label=_("Formes"), choices=Mode.choices, widget=forms.CheckboxSelectMultiple)
    audience = forms.ChoiceField(
        label=_("Pour quels patients\u00a0?"), choices=Audience.choices, widget=forms.RadioSelect
    )
    booked_by = forms.ChoiceField(label=_("Qui réserve ce motif\u00a0?"), choices=BOOKED_BY, widget=forms.RadioSelect)
    version = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (low, high) in OFFER.items():
            field = self.fields.get(name)
            if isinstance(field, forms.IntegerField):
                # Between which limits, said before they are passed.
                field.validators += [MinValueValidator(low), MaxValueValidator(high)]
                field.widget.attrs |= {"min": low, "max": high}
                limits = _("Entre %(low)d et %(high)d.") % {"low": low, "high": high}
                field.help_text = f"{field.help_text} {limits}".strip()

    def wanted(self) -> dict[str, Any]:
        """Every term, as `set_offer` takes them."""
        own = ("version", "price", "booked_by")
        values = {name: value for name, value in self.cleaned_data.items() if name not in own}
        by = self.cleaned_data["booked_by"]
        values |= {"online": by == ONLINE, "referrals": by == COLLEAGUES}
        values["step_minutes"] = values["step_minutes"] or values["duration_minutes"]
        price: Decimal | None = self.cleaned_data["price"]
        values["price_cents"] = None if price is None else int(price * 100)
        return values


def reason_initial(row: VisitReason, questions: Sequence[VisitQuestion], version: str) -> dict[str, Any]:
    """A reason as its form shows it."""
    names = ("name", "before_booking", "instructions", "discretion", "tint", "position")
    start = {name: getattr(row, name) for name in names} | {"specialty": row.specialty.slug, "version": version}
    for number, question in enumerate(questions, start=1):
        stop = {True: "yes", False: "no", None: ""}[question.refuse_on]
        start |= {
            f"question_{number}": question.text,
            f"id_{number}": question.uid,
            f"stop_{number}": stop,
            f"refusal_{number}": question.refusal,
            f"target_{number}": str(question.redirect_to.uid) if question.redirect_to else "",
        }
    return start


def offer_initial(offer: AgendaReason, version: str) -> dict[str, Any]:
    """An offer as its form shows it; the terms of a blank one for a reason that is not offered yet."""
    names = [name for name in OfferForm.base_fields if name not in ("price", "version", "booked_by")]
    by = ONLINE if offer.online else COLLEAGUES if offer.referrals else PRACTICE
    price = None if offer.price_cents is None else Decimal(offer.price_cents) / 100
    return {name: getattr(offer, name) for name in names} | {"price": price, "version": version, "booked_by": by}
