"""« Je suis déjà patient de ce cabinet »: a code sent to the contact in the practice's file proves it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import Space, access
from core.exceptions import DomainError
from patients.forms import LinkCodeForm, LinkFileForm, show_refusal
from patients.selectors import people_of, person, practice_of_directory
from patients.services.linking import confirm_link_code, request_link_code
from patients.views._next import after, next_address


@access(resource="patients.record", action={"GET": "read", "POST": "link"}, spaces={Space.PATIENT})
@require_http_methods(["GET", "HEAD", "POST"])
def link_file(request: HttpRequest, practice: UUID) -> HttpResponse:
    """Choose who is known; the answer is the same whether or not there is a file."""
    found = practice_of_directory(request.actor, practice)
    people = people_of(request.actor)
    form = LinkFileForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        patient = form.cleaned_data["patient"]
        try:
            request_link_code(actor=request.actor, practice=practice, patient=patient)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect(_with_next(request, reverse("patients:link_code", args=[practice, patient])))
    context = {"form": form, "practice": found, "people": people, "next": next_address(request)}
    return render(request, "patients/link_file.html", context, status=422 if form.errors else 200)


@access(resource="patients.record", action={"GET": "read", "POST": "link"}, spaces={Space.PATIENT})
@require_http_methods(["GET", "HEAD", "POST"])
def link_code(request: HttpRequest, practice: UUID, patient: UUID) -> HttpResponse:
    """Give back the code that was sent, if one was."""
    found, someone = practice_of_directory(request.actor, practice), person(request.actor, patient)
    form = LinkCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        try:
            confirm_link_code(actor=request.actor, practice=practice, patient=patient, code=code)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("La fiche de %(name)s est reliée.") % {"name": someone.display_name})
            return redirect(after(request))
    context = {"form": form, "practice": found, "person": someone, "next": next_address(request)}
    return render(request, "patients/link_code.html", context, status=422 if form.errors else 200)


def _with_next(request: HttpRequest, address: str) -> str:
    back = next_address(request)
    return f"{address}?{urlencode({'next': back})}" if back else address
