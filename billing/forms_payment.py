"""Forms of means of payment, and of what billing staff do with money."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from billing.bank_csv import cents_of
from billing.forms import DayField
from core.exceptions import DomainError
from core.forms import CleanCharField, OnceForm

# Under which field the refusal of a service is shown.
FIELDS = {
    "iban_malformed": "iban",
    "iban_checksum": "iban",
    "iban_country": "iban",
    "iban_same": "iban",
    "holder_missing": "holder",
    "agreement_missing": "agreed",
    "reason_missing": "reason",
    "amount_impossible": "amount",
    "more_than_open": "amount",
    "more_than_left": "amount",
    "day_impossible": "on",
}


def show_refusal(form: forms.Form, refusal: DomainError) -> None:
    name = "file" if refusal.code.startswith(("file_", "returns_")) else FIELDS.get(refusal.code, "")
    form.add_error(name if name in form.fields else None, str(refusal.message))


class MandateForm(forms.Form):
    """The account to debit and the signature. What was typed as an account is never shown again."""

    iban = CleanCharField(
        label=_("IBAN du compte à débiter"),
        max_length=60,
        help_text=_("Celui du compte professionnel, en zone SEPA."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false"},
        ),
        error_messages={"required": _("Écrivez l’IBAN du compte.")},
    )
    holder = CleanCharField(
        label=_("Titulaire du compte"),
        max_length=70,
        error_messages={"required": _("Écrivez le titulaire du compte.")},
    )
    agreed = forms.BooleanField(
        label=_("Je signe ce mandat de prélèvement SEPA."),
        error_messages={"required": _("Cochez la case pour signer le mandat.")},
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def forget_account(self) -> MandateForm:
        """The form as it is shown again: an account is typed anew, not sent back to the browser."""
        given = QueryDict(mutable=True)
        given.update({name: self.data.get(name, "") for name in ("holder", "revision")})
        self.data = given
        return self


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("Fichier de la banque"),
        error_messages={"required": _("Choisissez un fichier."), "empty": _("Ce fichier est vide.")},
    )


class ReasonForm(forms.Form):
    reason = CleanCharField(label=_("Motif"), max_length=200, error_messages={"required": _("Écrivez le motif.")})


class CentsField(forms.Field):
    """A sum in euros, as people write it, in cents."""

    LONGEST = 20

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "maxlength": self.LONGEST}))
        kwargs.setdefault("error_messages", {"required": _("Écrivez un montant.")})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return cents_of(text if len(text) <= self.LONGEST else "")
        except ValueError:
            raise forms.ValidationError(_("Écrivez un montant, par exemple 106,80.")) from None


class PaymentForm(OnceForm):
    amount = CentsField(label=_("Montant reçu, en euros"))
    on = DayField(label=_("Reçu le"))
    reference = CleanCharField(label=_("Référence ou libellé"), max_length=140, required=False)


class AllocationForm(forms.Form):
    invoice = forms.UUIDField(
        error_messages={"required": _("Choisissez une facture."), "invalid": _("Choisissez une facture.")}
    )
    amount = CentsField(label=_("Montant, en euros"))


class RefundForm(OnceForm, ReasonForm):
    amount = CentsField(label=_("Montant à rembourser, en euros"))


class DoneForm(forms.Form):
    on = DayField(label=_("Viré le"))


class UntilForm(forms.Form):
    until = DayField(label=_("Prélèvements annoncés jusqu’au"))


class ResolveForm(forms.Form):
    """Who paid, and for which invoices; none chosen: the oldest."""

    payer = forms.UUIDField(
        error_messages={"required": _("Choisissez un payeur."), "invalid": _("Choisissez un payeur.")}
    )
    invoices = forms.MultipleChoiceField(required=False, choices=())

    def __init__(self, *args: Any, invoices: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["invoices"].choices = [(str(one.uid), one.reference) for one in invoices]  # type: ignore[attr-defined]
