"""Forms of the ways in: open an account, sign in by code or by password, prove again who one is."""

from typing import Any

from allauth.account import forms as allauth_forms
from django.utils.translation import gettext_lazy as _

from .fields import EmailField, PasswordField


class RequestCodeForm(allauth_forms.RequestLoginCodeForm):
    email = EmailField(autocomplete="username")


class SignUpForm(RequestCodeForm):
    """The address only. Whether it already has an account changes nothing to what is asked, shown or sent."""

    email = EmailField(help_text=_("Nous vous y envoyons un code à six chiffres. Aucun mot de passe à inventer."))


class LoginForm(allauth_forms.LoginForm):
    password = PasswordField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = EmailField(autocomplete="username webauthn")
        self.order_fields(["login", "password"])


class ReauthenticateForm(allauth_forms.ReauthenticateForm):
    password = PasswordField()
