"""Bringing files in and taking everything out: upload, dry report, confirmation, progress, export."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.forms_files import ImportForm
from booking.import_files import MOST_BYTES
from booking.import_words import lines_of
from booking.selectors.imports import import_run, recent_imports
from booking.services.exports import export_practice
from booking.services.imports import EMPTY, confirm_import, drop_import, read_import
from core import clock
from core.access import Space, access
from core.exceptions import DomainError
from patients.selectors.practices import may_export
from patients.services.file_links import imported_without_link


@access(resource="booking.import", action={"GET": "read", "POST": "create"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Choose a file; it is read and nothing is written."""
    runs = recent_imports(request.actor)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        try:
            # One byte more than allowed tells a file that is too large without reading the rest of it.
            raw = form.cleaned_data["file"].read(MOST_BYTES + 1)
            run = read_import(actor=request.actor, kind=form.cleaned_data["kind"], raw=raw)
        except DomainError as refusal:
            form.add_error("file" if refusal.code.startswith("file_") else None, str(refusal.message))
        else:
            return redirect("desk:import_run", uid=run.uid)
    context = {
        "form": form,
        "runs": runs,
        "waiting": imported_without_link(request.actor).count(),
    }
    return render(request, "desk/imports.html", context, status=422 if form.is_bound and form.errors else 200)


@access(resource="booking.import", action="read", spaces={Space.PRACTICE})
@require_safe
def run(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The report, line by line; while lines are being read or written, how far it is."""
    found = import_run(request.actor, uid)
    context = {
        "run": found,
        "report": {**EMPTY, **found.report},
        "refused": lines_of(found),
        "going": found.finished_at is None and found.done_lines < found.lines,
    }
    template = "desk/_import_report.html" if request.headers.get("HX-Request") else "desk/import_run.html"
    return render(request, template, context)


@access(resource="booking.import", action="create", spaces={Space.PRACTICE})
@require_POST
def confirm(request: HttpRequest, uid: UUID) -> HttpResponse:
    """« Importer » or « Oublier ce fichier »."""
    forget = "oublier" in request.POST
    try:
        if forget:
            drop_import(actor=request.actor, run=uid)
        else:
            confirm_import(actor=request.actor, run=uid)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("desk:import_run", uid=uid)
    if forget:
        messages.success(request, _("Le fichier est oublié ; rien n’a été écrit."))
        return redirect("desk:imports")
    messages.success(request, _("L’import commence."))
    return redirect("desk:import_run", uid=uid)


@access(resource="practitioners.practice", action={"GET": "work", "POST": "staff"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """The page says what the file holds; owners take it at any time."""
    if request.method != "POST":
        return render(request, "desk/export.html", {"allowed": may_export(request.actor)})
    try:
        pieces = export_practice(actor=request.actor)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("desk:export")
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="prendsoin-{clock.now():%Y-%m-%d}.zip"'
    response["Cache-Control"] = "no-store"
    return response
