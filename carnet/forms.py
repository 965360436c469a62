"""Forms of documents and shares, of both sides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carnet.enums import GrantLevel
from carnet.forms_health import DayField
from carnet.kinds import CHOICES
from core.forms import CleanCharField, CleanTextField, OnceForm

ACCEPTED = ".pdf,.jpg,.jpeg,.png,.heic,.heif,application/pdf,image/jpeg,image/png,image/heic"


class _Several(forms.FileField):
    """The files of one field; what they are is for the service to say."""

    def clean(self, value: Any, initial: Any = None) -> list[Any]:
        files = value if isinstance(value, (list, tuple)) else [value] if value else []
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return list(files)


class _SeveralInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"

    def value_omitted_from_data(self, *args: Any) -> bool:
        return False


def _files(*, required: bool, multiple: bool = True) -> _Several:
    attributes: dict[str, Any] = {"accept": ACCEPTED}
    return _Several(
        label=_("Fichiers") if multiple else _("Fichier"),
        required=required,
        help_text=_("PDF, JPEG, PNG ou HEIC, 20 Mo au plus."),
        widget=_SeveralInput(attrs=attributes | ({"multiple": True} if multiple else {})),
        error_messages={"required": _("Choisissez au moins un fichier.")},
    )


class AddForm(OnceForm):
    """Files for one's record; without a title, the name of the file is the title."""

    files = _files(required=True)  # type: ignore[assignment]
    kind = forms.ChoiceField(label=_("Nature"), choices=CHOICES, initial="other", required=False)
    title = CleanCharField(label=_("Titre"), max_length=120, required=False)
    dated_on = DayField(label=_("Date du document"), required=False)
    author = CleanCharField(label=_("Auteur"), max_length=120, required=False)


class VersionForm(OnceForm):
    """A newer file for one document."""

    files = _files(required=True, multiple=False)  # type: ignore[assignment]
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


class EditForm(forms.Form):
    """What names a document."""

    title = CleanCharField(
        label=_("Titre"), max_length=120, error_messages={"required": _("Donnez un titre au document.")}
    )
    kind = forms.ChoiceField(label=_("Nature"), choices=CHOICES)
    dated_on = DayField(label=_("Date du document"))
    author = CleanCharField(label=_("Auteur"), max_length=120, required=False)
    note = CleanTextField(label=_("Note"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ShareForm(OnceForm):
    """What, one recipient, what they may do, and the last day. `recipient` reads « kind:id », as the page lists them.

    `document` is the id of one, or `carnet` for the whole record.
    """

    WHOLE = "carnet"

    document = forms.ChoiceField(label=_("Quoi"))

    recipient = forms.CharField(
        max_length=60, error_messages={"required": _("Choisissez à qui donner accès.")}, widget=forms.HiddenInput
    )
    level = forms.ChoiceField(label=_("Ce qui est permis"), choices=GrantLevel.choices, initial=GrantLevel.READ)
    until = DayField(label=_("Jusqu’au"))

    def __init__(self, *args: Any, documents: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["document"]
        field.choices = [(self.WHOLE, _("Tout le carnet")), *documents]  # type: ignore[attr-defined]

    def clean_recipient(self) -> dict[str, str]:
        kind, _colon, uid = self.cleaned_data["recipient"].partition(":")
        if kind not in {"practitioner", "practice", "appointment"}:
            raise forms.ValidationError(_("Choisissez à qui donner accès."))
        return {kind: forms.UUIDField().clean(uid)}


class SendForm(OnceForm):
    """A document or a note for a patient."""

    title = CleanCharField(
        label=_("Titre"), max_length=120, error_messages={"required": _("Donnez un titre au document.")}
    )
    kind = forms.ChoiceField(label=_("Nature"), choices=CHOICES, initial="consultation")
    files = _files(required=False, multiple=False)  # type: ignore[assignment]
    note = CleanTextField(
        label=_("Note pour le patient"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    dated_on = DayField(label=_("Date du document"), required=False)
    confidential = forms.BooleanField(label=_("Ne pas montrer aux proches, parents compris"), required=False)
