"""Forms about a listing: what its owner wishes, the code that proves it, a report, and the staff's answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import CodeField, EmailField
from core.exceptions import DomainError
from core.forms import CleanCharField, CleanTextField
from practitioners.enums import ListingAsk, ReportReason
from practitioners.models import ListingRequest
from practitioners.selectors.register_sites import ShownSite

# Under which field the refusal of a service is shown.
FIELDS = {
    "contact_missing": "contact",
    "phone_wrong": "phone",
    "listing_code_wrong": "code",
    "answer_missing": "answer",
    "measure_needs_site": "site",
}
STAFF = "staff"


class ListingForm(forms.Form):
    """What the person listed wishes, and how they prove who they are.

    `mailboxes`: (uid of the site, masked address) of those that a code may be sent to.
    """

    wish = forms.ChoiceField(
        label=_("Que souhaitez-vous\u00a0?"),
        choices=[
            (ListingAsk.OBJECTION, _("Ne plus paraître sur ce site")),
            (ListingAsk.HIDE_PHONE, _("Masquer le téléphone")),
            (ListingAsk.CORRECTION, _("Corriger un lieu ou un téléphone")),
        ],
        initial=ListingAsk.OBJECTION,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez ce que vous souhaitez.")},
    )
    site = forms.ChoiceField(label=_("Lieu concerné"), required=False)
    closed = forms.BooleanField(label=_("Je n’exerce plus à cette adresse"), required=False)
    street = CleanCharField(label=_("Rue et numéro"), max_length=200, required=False)
    phone = CleanCharField(label=_("Téléphone public"), max_length=30, required=False)
    words = CleanTextField(label=_("Précisions"), max_length=1000, required=False)
    proof = forms.ChoiceField(
        label=_("Comment savoir que c’est vous\u00a0?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez comment le montrer.")},
    )
    contact = EmailField(label=_("Votre adresse e-mail, pour la réponse"), required=False)

    def __init__(
        self, *args: Any, sites: list[ShownSite], mailboxes: list[tuple[str, str]], joined: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if joined:
            # The page itself is theirs to keep or to close, in their practice.
            self.fields["wish"].choices = self.fields["wish"].choices[1:]  # type: ignore[attr-defined]
            self.fields["wish"].initial = ListingAsk.CORRECTION
        # The choices of a field that this form has made of its own class.
        self.fields["site"].choices = [(str(one.site.uid), one.address or one.name) for one in sites]  # type: ignore[attr-defined]
        ways = [(uid, _("Recevoir un code à %(address)s") % {"address": address}) for uid, address in mailboxes]
        self.fields["proof"].choices = [*ways, (STAFF, _("Demander à notre équipe"))]  # type: ignore[attr-defined]
        self.fields["proof"].initial = ways[0][0] if ways else STAFF
        # The team is the only way: it has nowhere else to answer.
        self.fields["contact"].required = not ways

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in ("site", "closed", "street", "phone")}


class ListingCodeForm(forms.Form):
    code = CodeField()


class ReportListingForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Qu’est-ce qui ne va pas\u00a0?"),
        choices=ReportReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez ce qui ne va pas.")},
    )
    words = CleanTextField(label=_("Précisions"), max_length=1000, required=False)
    contact = EmailField(
        label=_("Votre adresse e-mail"), required=False, help_text=_("Pour recevoir notre réponse. Facultatif.")
    )


class DecisionForm(forms.Form):
    """The staff's answer; of a report, also what is done."""

    answer = CleanTextField(
        label=_("Réponse"),
        max_length=1000,
        error_messages={"required": _("Écrivez la réponse qui part à la personne.")},
    )
    step = forms.ChoiceField(
        label=_("Mesure"),
        required=False,
        choices=[
            ("", _("Aucune")),
            (ListingAsk.CORRECTION, _("Retirer un lieu")),
            (ListingAsk.HIDE_PHONE, _("Masquer le téléphone")),
            (ListingAsk.OBJECTION, _("Retirer la fiche")),
        ],
    )
    site = forms.ChoiceField(label=_("Lieu à retirer"), required=False)

    def __init__(self, *args: Any, request: ListingRequest, sites: list[ShownSite], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if request.kind != ListingAsk.REPORT or not request.rpps:
            del self.fields["step"], self.fields["site"]
            return
        places = [(one.site.key, one.address or one.name) for one in sites]
        self.fields["site"].choices = [("", _("Choisir")), *places]  # type: ignore[attr-defined]


def show_refusal(form: forms.Form, refusal: DomainError) -> None:
    """The sentence of a refusal under the field it is about, or above the form."""
    field = FIELDS.get(refusal.code)
    form.add_error(field if field in form.fields else None, str(refusal.message))
