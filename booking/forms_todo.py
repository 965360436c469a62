"""Forms of the practice's to-do list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.enums import TaskKind
from booking.selectors.todo import CALLS
from core.forms import CleanTextField, OnceForm
from practitioners.models import Membership


class TaskForm(OnceForm):
    """What to do, by whom, until when."""

    kind = forms.ChoiceField(
        label=_("Genre"),
        choices=[choice for choice in TaskKind.choices if choice[0] not in CALLS],
        error_messages={"required": _("Choisissez le genre de la tâche.")},
    )
    about = CleanTextField(
        label=_("À faire"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    assignee = forms.TypedChoiceField(label=_("Pour"), coerce=int, empty_value=None, required=False)
    due_on = forms.DateField(
        label=_("Avant le"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Cette date n’existe pas.")},
    )
    record = forms.UUIDField(required=False, widget=forms.HiddenInput)
    appointment = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, members: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(member.user_id, member.user.salutation) for member in members]
        self.fields["assignee"].choices = [("", _("Tout le cabinet")), *people]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """The fields as the service takes them."""
        return {name: self.cleaned_data[name] for name in self.fields if name != "form_token"}
