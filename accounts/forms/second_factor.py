"""Forms of the second factor: a code of the authenticator app, a recovery code, or a passkey."""

from typing import Any

from allauth.mfa.base import forms as base_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import CodeField

_CODE_HINT = _("Les six chiffres de votre application, ou un code de secours.")


class AuthenticateForm(base_forms.AuthenticateForm):
    code = CodeField(label=_("Code"), help_text=_CODE_HINT)


class ReauthenticateForm(base_forms.ReauthenticateForm):
    code = CodeField(label=_("Code"), help_text=_CODE_HINT)


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):
    code = CodeField(label=_("Code affiché par l’application"))


class _PasskeyName(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label=_("Nom de la clé"),
            help_text=_("Pour la reconnaître, par exemple « téléphone d’Alice »."),
            max_length=80,
            required=self.fields["name"].required,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )


class AddPasskeyForm(_PasskeyName, webauthn_forms.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].label = _("Me connecter avec cette clé seule")
        self.fields["passwordless"].help_text = _(
            "La clé remplace l’adresse, le mot de passe et le code. Elle demande l’empreinte, le visage ou un code."
        )


class RenamePasskeyForm(_PasskeyName, webauthn_forms.EditWebAuthnForm):
    pass
