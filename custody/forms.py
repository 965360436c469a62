"""The forms of custody."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class EraseRecordForm(forms.Form):
    """A box nobody ticked beforehand, so that erasing is never one careless click."""

    understood = forms.BooleanField(
        label=_("Je comprends que ce carnet ne pourra pas être retrouvé."),
        error_messages={"required": _("Cochez la case pour effacer le carnet.")},
    )
