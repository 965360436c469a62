"""Forms of the desk: booking a caller, moving, stretching and cancelling a visit, a series."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from booking.forms import LenientQuery, SlotField
from core.forms import CleanCharField, CleanTextField, OnceForm

NOTE_AT_MOST = 1000
TELL = [("1", _("Tout de suite")), ("0", _("Dans cinq minutes, le temps de revenir en arrière"))]


class InstantField(forms.CharField):
    """An instant with its offset, as `isoformat` writes it."""

    def to_python(self, value: Any) -> datetime | None:  # type: ignore[override]
        text = super().to_python(value)
        if not text:
            return None
        if len(text) > 40:
            raise forms.ValidationError(_("Cette heure n’existe pas."), code="invalid")
        try:
            # A plus sign in an address is read as a blank.
            found = parse_datetime(text.replace(" ", "+"))
        except ValueError:
            found = None
        if found is None or found.utcoffset() is None:
            raise forms.ValidationError(_("Cette heure n’existe pas."), code="invalid")
        return found


class BookQuery(LenientQuery):
    """What quick booking knows so far: the words typed, the file, the reason, with whom, from when."""

    q = CleanCharField(max_length=120, required=False)
    fiche = forms.UUIDField(required=False)
    motif = forms.UUIDField(required=False)
    avec = forms.UUIDField(required=False)
    agenda = forms.UUIDField(required=False)
    debut = InstantField(required=False)
    duree = forms.IntegerField(min_value=5, max_value=480, required=False)
    du = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    garde = forms.UUIDField(required=False)


class BookForm(OnceForm):
    """Putting the visit."""

    fiche = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": _("Choisissez d’abord le patient.")})
    motif = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": _("Choisissez un motif.")})
    slot = SlotField()
    duree = forms.IntegerField(min_value=5, max_value=480, required=False, widget=forms.HiddenInput)
    garde = forms.UUIDField(required=False, widget=forms.HiddenInput)
    note = CleanTextField(
        label=_("Note pour le cabinet"),
        max_length=NOTE_AT_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    tell = forms.BooleanField(label=_("Prévenir le patient par e-mail ou SMS"), required=False, initial=True)
    outside = forms.BooleanField(label=_("Poser quand même, hors des heures d’ouverture"), required=False)
    overbook = forms.BooleanField(label=_("Poser quand même, en plus d’un autre rendez-vous"), required=False)


class CallerForm(OnceForm):
    """A new file in few words, while the person is on the phone."""

    birth_name = CleanCharField(
        label=_("Nom de naissance"), max_length=80, error_messages={"required": _("Écrivez le nom de naissance.")}
    )
    first_name = CleanCharField(label=_("Prénom"), max_length=80, error_messages={"required": _("Écrivez le prénom.")})
    birth_date = forms.DateField(
        label=_("Date de naissance"),
        required=False,
        input_formats=["%d/%m/%Y", "%d %m %Y", "%d.%m.%Y", "%d-%m-%Y", "%d%m%Y", "%Y-%m-%d"],
        error_messages={"invalid": _("Écrivez la date ainsi : 17/05/1980.")},
    )
    phone = CleanCharField(label=_("Mobile"), max_length=30, required=False)
    email = CleanCharField(label=_("E-mail"), max_length=254, required=False)
    despite = forms.BooleanField(label=_("C’est une autre personne : faire une nouvelle fiche"), required=False)

    def wanted(self) -> dict[str, Any]:
        """The fields of the file that were filled in."""
        names = ("birth_name", "first_name", "birth_date", "phone", "email")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}


class TellForm(OnceForm):
    """An act on a visit: the revision that was shown, and when to tell if the visit is near."""

    revision = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    prevenir = forms.ChoiceField(label=_("Prévenir le patient"), choices=TELL, required=False, widget=forms.RadioSelect)

    @property
    def tell_now(self) -> bool | None:
        return {"1": True, "0": False}.get(self.cleaned_data.get("prevenir", ""))


class MoveAtDeskForm(TellForm):
    """A proposed hour, or a date and an hour of one's own."""

    slot = SlotField(required=False)
    agenda = forms.ChoiceField(label=_("Avec"), required=False)
    day = forms.DateField(
        label=_("Date"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    hour = forms.TimeField(
        label=_("Heure"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    overbook = forms.BooleanField(label=_("Placer quand même, en plus d’un autre rendez-vous"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("slot") and not (cleaned.get("day") and cleaned.get("hour")):
            raise forms.ValidationError(_("Choisissez une heure proposée, ou une date et une heure."), code="no_time")
        return cleaned


class CancelAtDeskForm(TellForm):
    reason = CleanCharField(
        label=_("Raison, pour le cabinet"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class StretchForm(TellForm):
    minutes = forms.IntegerField(
        label=_("Durée en minutes"),
        min_value=5,
        max_value=480,
        widget=forms.NumberInput(attrs={"step": 5, "inputmode": "numeric"}),
        error_messages={
            "required": _("Écrivez une durée en minutes."),
            "min_value": _("La durée va de cinq minutes à huit heures."),
            "max_value": _("La durée va de cinq minutes à huit heures."),
        },
    )


class NoteForm(forms.Form):
    note = CleanTextField(
        label=_("Note pour le cabinet"),
        max_length=NOTE_AT_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Le patient ne la voit jamais."),
    )


class SeriesQuery(LenientQuery):
    """A series as it is being made."""

    fiche = forms.UUIDField(required=False)
    motif = forms.UUIDField(required=False)
    avec = forms.UUIDField(required=False)
    le = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    heure = forms.TimeField(required=False)
    seances = forms.IntegerField(min_value=2, max_value=30, required=False)
    jours = forms.IntegerField(min_value=1, max_value=92, required=False)


class SeriesForm(OnceForm):
    """All the chosen starts."""

    fiche = forms.UUIDField(widget=forms.HiddenInput)
    motif = forms.UUIDField(widget=forms.HiddenInput)
    avec = forms.UUIDField(widget=forms.HiddenInput)
    note = CleanTextField(
        label=_("Note pour le cabinet"),
        max_length=NOTE_AT_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
