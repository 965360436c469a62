"""The people one acts for: the list, one person, adding, correcting, taking off the list."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import Space, access
from core.exceptions import DomainError
from core.idempotency import claim_of
from patients.forms import IdentityForm, RelativeForm, show_refusal
from patients.identity import FIELDS
from patients.selectors import people_of, person, person_page
from patients.services.identity import update_patient
from patients.services.relatives import add_relative, remove_relative
from patients.views._next import after, next_address


@access(resource="patients.patient", spaces={Space.PATIENT})
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    found = people_of(request.actor, "read")
    own = next((one for one in found if one.is_self), None)
    others = [one for one in found if not one.is_self]
    return render(request, "patients/people.html", {"own": own, "relatives": others})


@access(resource="patients.patient", spaces={Space.PATIENT})
@require_safe
def show(request: HttpRequest, uid: UUID) -> HttpResponse:
    return render(request, "patients/person.html", {"page": person_page(request.actor, uid)})


@access(resource="patients.patient", action={"GET": "read", "POST": "create"}, spaces={Space.PATIENT})
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    form = RelativeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = add_relative(
                actor=request.actor,
                relation=form.cleaned_data["relation"],
                attested=form.cleaned_data["attested"],
                claim=claim_of(request),
                **form.identity,
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s est dans votre liste.") % {"name": added.display_name})
            return redirect(after(request))
    context = {"form": form, "next": next_address(request)}
    return render(request, "patients/add_relative.html", context, status=422 if form.errors else 200)


@access(resource="patients.patient", action={"GET": "read", "POST": "edit"}, spaces={Space.PATIENT})
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = person(request.actor, uid)
    if found.is_self:
        return redirect("patients:identity")
    form = IdentityForm(request.POST or None, initial={field: getattr(found, field) for field in FIELDS})
    if request.method == "POST" and form.is_valid():
        try:
            update_patient(actor=request.actor, patient=uid, changes=form.identity)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Les changements sont enregistrés."))
            return redirect("patients:person", uid=uid)
    context = {"form": form, "person": found}
    return render(request, "patients/edit_relative.html", context, status=422 if form.errors else 200)


@access(resource="patients.patient", action={"GET": "read", "POST": "remove"}, spaces={Space.PATIENT})
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Asks, then takes the person off the list."""
    found = person(request.actor, uid)
    refusal = None
    if request.method == "POST":
        try:
            remove_relative(actor=request.actor, patient=uid)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("%(name)s n’est plus dans votre liste.") % {"name": found.display_name})
            return redirect("patients:people")
    context = {"person": found, "refusal": refusal}
    return render(request, "patients/remove_relative.html", context, status=refusal.status if refusal else 200)
