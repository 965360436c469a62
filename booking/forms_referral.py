"""Forms of sending a patient to a colleague: whom one looks for, then the time, the word and the patient's agreement."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms import LenientQuery, SlotField
from core.forms import CleanCharField, CleanTextField, OnceForm

WORD_AT_MOST = 1000


class ColleagueQuery(LenientQuery):
    """Whom one looks for, and for which file."""

    fiche = forms.UUIDField(required=False)
    specialite = forms.SlugField(max_length=60, required=False)
    nom = CleanCharField(max_length=80, required=False)
    lieu = CleanCharField(max_length=80, required=False)
    du = forms.DateField(required=False, input_formats=["%Y-%m-%d"])


class ReferForm(OnceForm):
    """Booking at the colleague's."""

    fiche = forms.UUIDField(widget=forms.HiddenInput)
    slot = SlotField()
    word = CleanTextField(
        label=_("Mot pour le confrère"),
        help_text=_("Lu par le cabinet qui reçoit. Le patient ne le voit pas."),
        max_length=WORD_AT_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    agreed = forms.BooleanField(
        label=_("Le patient sait que ces informations partent et il est d’accord"),
        error_messages={"required": _("Demandez d’abord au patient s’il est d’accord.")},
    )
