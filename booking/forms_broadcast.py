"""The form of a message to many patients: to whom, the words, what the sender confirms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.broadcasts import SMS_AT_MOST, TEXT_AT_MOST
from booking.services.broadcasts import Choice, Wording
from core.forms import CleanCharField, CleanTextField, OnceForm
from practitioners.models import Agenda

WHO = [
    ("coming", _("ceux qui ont rendez-vous entre deux dates")),
    ("seen", _("ceux qui sont venus depuis une date")),
]
FIELD_OF = {
    "broadcast_agendas": "agendas",
    "broadcast_dates": "who",
    "broadcast_text": "text",
    "broadcast_sms": "sms",
    "broadcast_unconfirmed": "is_no_advert",
}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Cette date n’existe pas.")},
    )


class BroadcastForm(OnceForm):
    """Nothing in it chooses patients by a reason, an act or anything of their health."""

    agendas = forms.MultipleChoiceField(
        label=_("Les patients de"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un agenda.")},
    )
    who = forms.ChoiceField(label=_("Parmi eux"), choices=WHO, widget=forms.RadioSelect, initial="coming")
    first_day = _day(_("Rendez-vous du"))
    last_day = _day(_("au"))
    seen_since = _day(_("Venus depuis le"))
    text = CleanTextField(
        label=_("Message"),
        max_length=TEXT_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Écrivez le message, en 1 200 caractères au plus.")},
    )
    text_en = CleanTextField(
        label=_("Le même en anglais"), max_length=TEXT_AT_MOST, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    sms = CleanCharField(
        label=_("En SMS, à qui n’a pas d’e-mail"),
        help_text=_("140 caractères. Vide : ils ne reçoivent rien, et leur liste vous est donnée."),
        max_length=SMS_AT_MOST,
        required=False,
    )
    sms_en = CleanCharField(label=_("Le SMS en anglais"), max_length=SMS_AT_MOST, required=False)
    may_speak_of_health = forms.BooleanField(
        label=_("Ce message parle de santé : il dit la même chose à tous et ne révèle rien de personne."),
        required=False,
    )
    is_no_advert = forms.BooleanField(
        label=_("Ce message n’est pas de la publicité : il informe les patients du cabinet."), required=False
    )

    def __init__(self, *args: Any, agendas: Sequence[Agenda], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agendas"].choices = [  # type: ignore[attr-defined]
            (str(one.uid), f"{one.practitioner.display_name}, {one.location.name}") for one in agendas
        ]

    def choice(self) -> Choice:
        """To whom, as the service takes it."""
        given = self.cleaned_data
        agendas = tuple(UUID(uid) for uid in given["agendas"])
        if given["who"] == "seen":
            return Choice(agendas, seen_since=given["seen_since"])
        return Choice(agendas, first_day=given["first_day"], last_day=given["last_day"])

    def wording(self) -> Wording:
        given = self.cleaned_data
        names = ("text", "text_en", "sms", "sms_en", "is_no_advert", "may_speak_of_health")
        return Wording(**{name: given[name] for name in names})
