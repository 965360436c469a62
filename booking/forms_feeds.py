"""Forms of calendar addresses and of outside calendars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from booking.enums import FeedDetail
from booking.outside_ics import SIZE_AT_MOST
from core.forms import CleanCharField, OnceForm
from practitioners.models import Agenda

SALT = "booking.outside_calendar"
# So long may one look at what would be written before confirming it.
LOOKED_AT_FOR = 3_600


class AgendaForm(OnceForm):
    """Which of one's agendas."""

    agenda = forms.ChoiceField(label=_("Agenda"), error_messages={"required": _("Choisissez un agenda.")})

    def __init__(self, *args: Any, agendas: Sequence[Agenda], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agenda"].choices = [  # type: ignore[attr-defined]
            (str(one.uid), f"{one.practitioner.display_name}, {one.location.name}") for one in agendas
        ]


class FeedForm(AgendaForm):
    """A new address."""

    detail = forms.ChoiceField(
        label=_("Ce que l’abonnement montre"),
        choices=FeedDetail.choices,
        initial=FeedDetail.BUSY,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez ce que l’abonnement montre.")},
    )


class UploadForm(AgendaForm):
    """An outside calendar to look at."""

    source = CleanCharField(
        label=_("Nom de ce calendrier"),
        max_length=64,
        error_messages={"required": _("Donnez un nom à ce calendrier, en 64 signes au plus.")},
    )
    file = forms.FileField(
        label=_("Fichier .ics"),
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        error_messages={"required": _("Choisissez un fichier."), "empty": _("Ce fichier est vide.")},
    )

    def content(self) -> bytes:
        """The file, no more of it than shows that it is too big."""
        return self.cleaned_data["file"].read(SIZE_AT_MOST + 1)


class ConfirmForm(OnceForm):
    """What was looked at, signed: nothing else can be written, and nobody needs to send the file again."""

    seen = forms.CharField(max_length=200_000, widget=forms.HiddenInput)

    def read(self) -> dict[str, Any] | None:
        """Agenda, name and ranges as they were shown; None when too old or not ours."""
        try:
            found = signing.loads(self.cleaned_data["seen"], salt=SALT, max_age=LOOKED_AT_FOR)
        except signing.BadSignature:
            return None
        return dict(found)

    @staticmethod
    def sign(agenda: Agenda, source: str, busy: Sequence[tuple[int, int]], user_id: int | None) -> str:
        seen = {"agenda": str(agenda.uid), "source": source, "busy": [list(one) for one in busy], "user": user_id}
        return signing.dumps(seen, salt=SALT, compress=True)


class ForgetForm(forms.Form):
    agenda = forms.UUIDField()
    source = forms.CharField(max_length=64)
