"""The patients' files: looking one up, one file, making and changing one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.forms_files import BlockForm, FileForm
from booking.selectors.files import file_page, with_counts
from booking.services.desk import file_for_caller
from core.access import Space, access
from core.exceptions import DomainError
from core.forms import new_form_token
from core.idempotency import FORM_FIELD, claim_of
from patients.selectors.files import find_records, recent_records, record_of
from patients.selectors.practices import may_keep_files
from patients.services.files import change_record, version_of

FOUND_AT_MOST = 30
FIELDS = ("first_name", "birth_name", "used_name", "birth_date", "sex", "phone", "landline", "email", "notes")


@access(resource="patients.record", action="read", spaces={Space.PRACTICE})
@require_safe
def files(request: HttpRequest) -> HttpResponse:
    """One field finds a file; without words, the last files made."""
    text = request.GET.get("q", "").strip()[:120]
    found = find_records(request.actor, text, limit=FOUND_AT_MOST) if text else recent_records(request.actor)
    context = {
        "text": text,
        "lines": [
            {"file": file, "visits": visits, "coming": coming}
            for file, visits, coming in with_counts(request.actor, found)
        ],
        "is_cut": len(found) == FOUND_AT_MOST,
        "may_keep": may_keep_files(request.actor),
    }
    template = "desk/_files_found.html" if request.headers.get("HX-Request") else "desk/files.html"
    return render(request, template, context)


@access(resource="patients.record", action="read", spaces={Space.PRACTICE})
@require_safe
def show(request: HttpRequest, uid: UUID) -> HttpResponse:
    page = file_page(request.actor, uid)
    return render(request, "desk/file.html", {"page": page, "file": page.record, "block_form": BlockForm()})


@access(resource="patients.record", action={"GET": "read", "POST": "create"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new file; likely files of the same person are shown once, and overruled by sending again."""
    form = FileForm(request.POST if request.method == "POST" else None, initial=_typed(request.GET.get("q", "")))
    candidates: Any = ()
    if request.method == "POST" and form.is_valid():
        try:
            made = file_for_caller(
                actor=request.actor,
                fields=form.wanted(),
                despite_duplicates=form.cleaned_data["despite"],
                claim=claim_of(request),
            )
        except DomainError as refusal:
            candidates = _show(form, refusal)
        else:
            messages.success(request, _("La fiche de %(name)s est faite.") % {"name": made.display_name})
            return redirect("desk:file", uid=made.uid)
    context = {"form": form, "candidates": candidates}
    return render(request, "desk/file_edit.html", context, status=_status(form, candidates))


@access(resource="patients.record", action={"GET": "read", "POST": "edit"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    file = record_of(request.actor, uid, "write")
    start = {name: getattr(file, name) for name in FIELDS} | {"version": version_of(file)}
    start |= {name: str(start[name] or "") for name in ("phone", "landline")}
    form = FileForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            change_record(
                actor=request.actor, record=uid, fields=form.wanted(), expected=form.cleaned_data["version"] or None
            )
        except DomainError as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("La fiche est changée."))
            return redirect("desk:file", uid=uid)
    context = {"form": form, "file": file, "candidates": ()}
    return render(request, "desk/file_edit.html", context, status=_status(form, ()))


def _show(form: FileForm, refusal: DomainError) -> Any:
    """Put a refusal where it belongs on the form, which may be sent again; the files it names, if any."""
    form.data = {**{name: form.data[name] for name in form.data}, FORM_FIELD: new_form_token()}
    if refusal.code == "invalid_record":
        form.show_problems(dict(refusal.details["fields"]))
    elif refusal.code == "possible_duplicate":
        form.data = {**form.data, "despite": "on"}
        return refusal.candidates  # type: ignore[attr-defined]
    else:
        form.add_error(None, str(refusal.message))
    return ()


def _status(form: FileForm, candidates: Any) -> int:
    return 409 if candidates else 422 if form.is_bound and form.errors else 200


def _typed(text: str) -> dict[str, str]:
    """What was typed in the search field begins the new file: « martin colette »."""
    words = [word for word in text.split() if any(char.isalpha() for char in word)]
    names = {"birth_name": " ".join(words[:1]).title(), "first_name": " ".join(words[1:]).title()}
    return {name: value[:80] for name, value in names.items() if value}
