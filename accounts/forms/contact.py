"""Forms that change where the person is reached."""

from allauth.account import forms as allauth_forms
from django.utils.translation import gettext_lazy as _

from .fields import EmailField


class ChangeEmailForm(allauth_forms.AddEmailForm):
    email = EmailField(label=_("Nouvelle adresse e-mail"))


class ChangePhoneForm(allauth_forms.ChangePhoneForm):
    """Its field is `MobileField`, given by the account adapter."""
