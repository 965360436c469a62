"""The public page: what is written about a practitioner, the place and the practice, with a preview of the page itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.forms_setup_profile import PERSON, PLACE, PRACTICE, ProfileForm, profile_initial
from booking.result_cards import sector_text
from booking.selectors.setup import agenda_to_set_up
from booking.selectors.setup_profile import is_published, may_describe, profile_preview
from core.access import Space, access
from core.exceptions import DomainError
from practitioners.languages import language_name
from practitioners.models import Agenda
from practitioners.services.profile import Described, describe_page


@access(resource="practitioners.agenda", action="arrange", spaces={Space.PRACTICE})
@require_http_methods(["GET", "POST"])
def public_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Asked to show, the preview has the words of the form; asked to save, they are written."""
    agenda = agenda_to_set_up(request.actor, uid)
    of_person, of_place, of_practice = may_describe(request.actor, agenda)
    rights = {"of_person": of_person, "of_place": of_place, "of_practice": of_practice}
    form, status, stale = ProfileForm(request.POST or None, initial=profile_initial(agenda), **rights), 200, False
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = 200
            if "save" in request.POST:
                try:
                    _save(request, agenda, form)
                except DomainError as refusal:
                    stale, status = refusal.code == "changed_meanwhile", refusal.status
                    form.add_error("languages" if "language" in refusal.code else None, str(refusal.message))
                else:
                    messages.success(request, _("La fiche publique est enregistrée."))
                    return redirect("desk:setup_profile", uid=uid)
    if stale:
        agenda = agenda_to_set_up(request.actor, uid)
        form = ProfileForm(initial=profile_initial(agenda), **rights)
    elif form.is_bound and form.is_valid():
        _wear(agenda, form)
    context = {"form": form, "stale": stale, "is_preview": form.is_bound, **_shown(agenda)}
    return render(request, "desk/setup_profile.html", context, status=status)


def _save(request: HttpRequest, agenda: Agenda, form: ProfileForm) -> None:
    """The groups that one may write, together: one that is out of date keeps the others from being written."""
    rows: dict[str, tuple[Any, tuple[str, ...]]] = {
        "person": (agenda.practitioner, PERSON),
        "place": (agenda.location, PLACE),
        "practice": (agenda.practice, PRACTICE),
    }
    groups = {
        group: Described(row.uid, form.wanted(names), form.cleaned_data[f"version_{group}"])
        for group, (row, names) in rows.items()
        if form.groups[group]
    }
    describe_page(actor=request.actor, **groups)


def _wear(agenda: Agenda, form: ProfileForm) -> None:
    """Put the words of the form on the rows in memory, for the preview."""
    rows = {"person": (agenda.practitioner, PERSON), "place": (agenda.location, PLACE)}
    for group, (row, names) in {**rows, "practice": (agenda.practice, PRACTICE)}.items():
        if form.groups[group]:
            for name, value in form.wanted(names).items():
                setattr(row, name, value)


def _shown(agenda: Agenda) -> dict[str, Any]:
    """What the fragments of the public page read."""
    found = profile_preview(agenda)
    person = found.practitioner
    return {
        "profile": found,
        "agenda": agenda,
        "person": person,
        "location": agenda.location,
        "practice": agenda.practice,
        "sector": sector_text(person),
        "languages": [language_name(code) for code in person.languages],
        "fees": [(one.visit_reason.name, one.price_cents) for one in found.offers if one.price_cents is not None],
        "is_published": is_published(agenda),
    }
