"""Forms that read a code received by e-mail or SMS. allauth compares it and counts the tries."""

from allauth.account import forms as allauth_forms
from django.utils.translation import gettext_lazy as _

from .fields import CodeField


class LoginCodeForm(allauth_forms.ConfirmLoginCodeForm):
    code = CodeField()


class EmailCodeForm(allauth_forms.ConfirmEmailVerificationCodeForm):
    code = CodeField()


class ResetCodeForm(allauth_forms.ConfirmPasswordResetCodeForm):
    code = CodeField()


class PhoneCodeForm(allauth_forms.VerifyPhoneForm):
    code = CodeField(label=_("Code reçu par SMS"))


class ProofCodeForm(allauth_forms.BaseConfirmCodeForm):
    code = CodeField()
