"""Forms of the shared workstation: choosing one's code, and resuming with it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class PinField(forms.CharField):
    """Six digits, never sent back; blanks between them do not count."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("error_messages", {"required": _("Écrivez six chiffres.")})
        kwargs["widget"] = forms.PasswordInput(
            attrs={"inputmode": "numeric", "autocomplete": kwargs.pop("autocomplete", "off"), "pattern": "[0-9 ]*"}
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return "".join(str(value or "").split())


class PinForm(forms.Form):
    pin = PinField(
        label=_("Votre code de reprise"),
        help_text=_(
            "Six chiffres, que vous seul connaissez. Ils ne servent que sur un poste où vous vous êtes connecté."
        ),
    )
    again = PinField(label=_("Encore une fois"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("pin") and cleaned.get("again") and cleaned["pin"] != cleaned["again"]:
            self.add_error("again", _("Les deux codes ne sont pas les mêmes."))
        return cleaned


class ResumeForm(forms.Form):
    seat = forms.UUIDField(
        error_messages={"required": _("Choisissez votre nom."), "invalid": _("Choisissez votre nom.")}
    )
    pin = PinField(label=_("Votre code de reprise"))
