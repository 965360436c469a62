"""Forms that choose a password. It is typed once: the person may show it, and a code always opens the account."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import EmailField, PasswordField

NEW_PASSWORD_HINT = _("Au moins 12 caractères. Quelques mots qui ne se suivent pas font un bon mot de passe.")


class NewPasswordField(PasswordField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Nouveau mot de passe"))
        kwargs.setdefault("help_text", NEW_PASSWORD_HINT)
        super().__init__(autocomplete="new-password", **kwargs)


class _ChoosesPassword(forms.Form):
    """Checks `password1` against the rules, with the account it is for in mind."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)

    def clean_password1(self) -> str:
        return get_adapter().clean_password(self.cleaned_data["password1"], user=self.user)  # type: ignore[attr-defined]


class ChangePasswordForm(_ChoosesPassword, allauth_forms.ChangePasswordForm):
    oldpassword = PasswordField(label=_("Mot de passe actuel"))
    password1 = NewPasswordField()


class SetPasswordForm(_ChoosesPassword, allauth_forms.SetPasswordForm):
    password1 = NewPasswordField(label=_("Mot de passe"))


class NewPasswordForm(_ChoosesPassword, allauth_forms.ResetPasswordKeyForm):
    password1 = NewPasswordField()


class ForgottenPasswordForm(allauth_forms.ResetPasswordForm):
    email = EmailField(autocomplete="username")
