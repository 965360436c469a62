"""Weighing a change before it is saved: the form is sent once to see what would happen, and once more to save."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest

from booking.selectors.setup_drafts import Draft
from booking.selectors.what_if import Consequences, what_if
from core.exceptions import DomainError
from core.idempotency import FORM_FIELD
from practitioners.models import Agenda

# What a form says beside the change itself.
BESIDE = {FORM_FIELD, "decision", "version"}


@dataclass(frozen=True, slots=True)
class Weighed:
    """What came of a sending. `again`: it was to be saved, but something changed since it was shown."""

    consequences: Consequences | None = None
    saved: bool = False
    again: bool = False
    stale: bool = False
    status: int = 200


def weigh(
    request: HttpRequest,
    form: forms.Form,
    *,
    agenda: Agenda,
    draft: Callable[[], Draft],
    save: Callable[[], Any],
    version: str = "",
    fields: Mapping[str, str] | None = None,
    decide: Callable[[Consequences], bool] = lambda _shown: True,
) -> Weighed:
    """Show what the form would do; save it when it comes back with what was shown, and `decide` agrees.

    `version` is that of the row now: a form written on another one is `stale`. `fields` says which field each
    refusal is about.
    """
    if request.method != "POST":
        return Weighed()
    if request.POST.get("version", "") != version:
        return Weighed(stale=True, status=409)
    if not form.is_valid():
        return Weighed(status=422)
    wished = sorted((name, repr(value)) for name, value in form.cleaned_data.items() if name not in BESIDE)
    try:
        shown = what_if(request.actor, agenda, draft(), wished=wished)
        seen = request.POST.get("seen")
        if seen != shown.seen:
            return Weighed(shown, again=bool(seen))
        if not decide(shown):
            return Weighed(shown, status=422)
        save()
    except DomainError as refusal:
        if refusal.code == "changed_meanwhile":
            return Weighed(stale=True, status=409)
        name = (fields or {}).get(refusal.code)
        form.add_error(name if name in form.fields else None, str(refusal.message))
        return Weighed(status=refusal.status)
    return Weighed(shown, saved=True)
