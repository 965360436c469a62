"""The fields the account forms share: what is typed, in French ways, and what to say when it cannot be right."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import normalise_email
from accounts.phones import PhoneRefused, read_mobile


class EmailField(forms.EmailField):
    def __init__(self, **kwargs: Any) -> None:
        autocomplete = kwargs.pop("autocomplete", "email")
        kwargs.setdefault("label", _("Adresse e-mail"))
        kwargs.setdefault("max_length", 254)
        kwargs["widget"] = forms.EmailInput(
            attrs={"autocomplete": autocomplete, "placeholder": "alice@exemple.fr", "spellcheck": "false"}
        )
        kwargs.setdefault(
            "error_messages",
            {
                "required": _("Écrivez votre adresse e-mail."),
                "invalid": _("Cette adresse n’est pas complète, par exemple alice@exemple.fr."),
            },
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = normalise_email(str(value or ""))
        if text and "@" not in text:
            raise forms.ValidationError(_("Il manque le « @ », par exemple alice@exemple.fr."), code="invalid")
        return str(super().clean(text))


class CodeField(forms.CharField):
    """Six digits, pasted or typed, with or without blanks."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Code à six chiffres"))
        kwargs.setdefault("max_length", 32)
        kwargs.setdefault("error_messages", {"required": _("Écrivez le code reçu.")})
        kwargs["widget"] = forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        )
        super().__init__(**kwargs)


class PasswordField(forms.CharField):
    """Blanks count, pasting works, and what was typed is never sent back."""

    def __init__(self, **kwargs: Any) -> None:
        autocomplete = kwargs.pop("autocomplete", "current-password")
        kwargs.setdefault("label", _("Mot de passe"))
        kwargs.setdefault("strip", False)
        kwargs.setdefault("error_messages", {"required": _("Écrivez votre mot de passe.")})
        kwargs["widget"] = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(**kwargs)


class MobileField(forms.CharField):
    """A mobile number as people write it; its clean value is E.164, such as +33612345678."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Numéro de mobile"))
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("error_messages", {"required": _("Écrivez votre numéro de mobile.")})
        kwargs["widget"] = forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel", "placeholder": "06 12 34 56 78"}
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if not text:
            return ""
        try:
            return read_mobile(text)
        except PhoneRefused as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
