"""Joining the file of a practice that sent its link: one chooses whose file it is."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import Space, access
from core.exceptions import DomainError
from patients.forms import LinkFileForm, show_refusal
from patients.selectors import people_of
from patients.services.file_links import accept_file_link, offered_file


@access(resource="patients.record", action={"GET": "read", "POST": "link"}, spaces={Space.PATIENT})
@require_http_methods(["GET", "HEAD", "POST"])
def join_file(request: HttpRequest, token: str) -> HttpResponse:
    """Who the file is about is never shown: only the practice is, and the person chooses among their own people."""
    try:
        file = offered_file(token)
    except DomainError as refusal:
        return render(request, "patients/join_file_over.html", {"refusal": refusal}, status=410)
    people = people_of(request.actor)
    form = LinkFileForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            accept_file_link(actor=request.actor, token=token, patient=form.cleaned_data["patient"])
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("La fiche du cabinet est reliée à votre compte."))
            return redirect("booking:appointments")
    context = {"form": form, "practice": file.practice, "people": people}
    return render(request, "patients/join_file.html", context, status=422 if form.errors else 200)
