"""The set-up of a practice: its agendas and what each still needs, one agenda, its switches and its rules."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.forms_setup import NewAgendaForm, RulesForm, rules_initial
from booking.search.wording import at_text
from booking.selectors.hours import absences_arranged, openings_arranged
from booking.selectors.setup import (
    agenda_states,
    agenda_to_set_up,
    agendas_arranged,
    people_and_places,
    reads_billing,
)
from booking.selectors.setup_visits import zone_of
from booking.setup_presentation import absence_lines, checklist, opening_lines
from core import clock
from core.access import Space, access
from core.exceptions import DomainError
from core.idempotency import claim_of
from patients.selectors.practices import may_keep_files
from practitioners.changes import version_of
from practitioners.services.agendas import change_agenda, create_agenda

PRACTICE = {Space.PRACTICE}


@access(resource="practitioners.agenda", action="arrange", spaces=PRACTICE)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Each agenda in words, and the way to everything else one sets up."""
    states = agenda_states(request.actor, agendas_arranged(request.actor))
    people, places = people_and_places(request.actor)
    context = {
        "states": [(state, checklist(state)) for state in states],
        "may_open": bool(people and places),
        "shapes": may_keep_files(request.actor),
        "reads_billing": reads_billing(request.actor),
        "to_begin": next((state.agenda for state in states if not state.is_begun), None),
    }
    return render(request, "desk/setup.html", context)


@access(resource="practitioners.agenda", action="arrange", spaces=PRACTICE)
@require_safe
def agenda(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One agenda: switches, hours, absences, visits that do not fit, rules."""
    found = agenda_to_set_up(request.actor, uid)
    (state,) = agenda_states(request.actor, [found])
    today = clock.today(zone_of(found))
    context = {
        "agenda": found,
        "at_place": at_text(found.location.place),
        "state": state,
        "checklist": checklist(state),
        "openings": opening_lines(openings_arranged(request.actor, uid), today),
        "absences": absence_lines(absences_arranged(request.actor, uid), today),
    }
    return render(request, "desk/setup_agenda.html", context)


@access(resource="practitioners.agenda", action="arrange", spaces=PRACTICE)
@require_POST
def online(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The switch « Réservation en ligne »."""
    wished = request.POST.get("on") == "1"
    change_agenda(actor=request.actor, agenda=uid, changes={"online": wished})
    if wished:
        messages.success(request, _("L’agenda est ouvert à la réservation en ligne."))
    else:
        messages.success(
            request, _("L’agenda est fermé à la réservation en ligne. Les rendez-vous déjà pris ne changent pas.")
        )
    return redirect("desk:setup_agenda", uid=uid)


@access(resource="practitioners.agenda", action="arrange", spaces=PRACTICE)
@require_POST
def new_patients(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The switch « Nouveaux patients »."""
    wished = request.POST.get("on") == "1"
    change_agenda(actor=request.actor, agenda=uid, changes={"accepts_new_patients": wished})
    if wished:
        messages.success(request, _("Les nouveaux patients peuvent réserver en ligne."))
    else:
        messages.success(request, _("Seuls les patients déjà suivis au cabinet réservent en ligne."))
    return redirect("desk:setup_agenda", uid=uid)


@access(resource="practitioners.agenda", action="arrange", spaces=PRACTICE)
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Limits that hold for every reason of an agenda, and the link for video."""
    found = agenda_to_set_up(request.actor, uid)
    start = rules_initial(found, version_of(found))
    form, status = RulesForm(request.POST or None, initial=start), 200
    stale = False
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                wanted: Any = form.wanted()
                change_agenda(actor=request.actor, agenda=uid, changes=wanted, expected=form.cleaned_data["version"])
            except DomainError as refusal:
                stale, status = refusal.code == "changed_meanwhile", refusal.status
                form.add_error("video_link" if "video" in refusal.code else None, str(refusal.message))
            else:
                messages.success(request, _("Les règles sont enregistrées."))
                return redirect("desk:setup_agenda", uid=uid)
    if stale:
        form = RulesForm(initial=start)
    context = {"agenda": found, "form": form, "stale": stale}
    return render(request, "desk/setup_rules.html", context, status=status)


@access(resource="practitioners.agenda", action="create", spaces=PRACTICE)
@require_http_methods(["GET", "POST"])
def agenda_add(request: HttpRequest) -> HttpResponse:
    """An agenda for somebody of the practice, closed until it is set up. Owners only: others have nobody to choose."""
    people, places = people_and_places(request.actor)
    form, status = NewAgendaForm(request.POST or None, people=people, locations=places), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = create_agenda(
                    actor=request.actor,
                    practitioner=form.cleaned_data["practitioner"],
                    location=UUID(form.cleaned_data["location"]),
                    settings={"online": False},
                    claim=claim_of(request),
                )
            except DomainError as refusal:
                status = refusal.status
                form.add_error(None, str(refusal.message))
            else:
                messages.success(
                    request, _("L’agenda est créé. Il reste fermé en ligne tant que vous ne l’ouvrez pas.")
                )
                return redirect("desk:setup_start_agenda", uid=made.uid)
    return render(request, "desk/setup_agenda_add.html", {"form": form, "may": bool(people and places)}, status=status)
