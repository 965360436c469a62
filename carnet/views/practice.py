"""The practice's side: records shared with me, what they hold, and what I send."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carnet.downloads import document_response, page_response
from carnet.forms import SendForm, VersionForm
from carnet.selectors.documents import document_page
from carnet.selectors.practice import file_to_send, opened_record, sent_by_me, shared_with_me
from carnet.services import filing
from carnet.services.reading import open_document, open_note, open_page, open_record
from carnet.services.sending import add_to_shared_record, send_document
from carnet.services.versions import send_version
from carnet.views._paging import asked_page, neighbours
from carnet.views._replacing import replace_file
from core.access import Space, access
from core.exceptions import DomainError
from core.forms import with_new_token
from core.idempotency import claim_of
from patients.services.file_links import send_file_link


@access(resource="patients.patient", action="read_documents", spaces={Space.PRACTICE})
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    return render(request, "carnet/practice/records.html", {"records": shared_with_me(request.actor)})


@access(resource="patients.patient", action={"GET": "read_documents", "POST": "add_shared"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, patient: UUID) -> HttpResponse:
    """What is shared of a record; a share that says so lets one add to it."""
    form = SendForm(request.POST, request.FILES) if request.method == "POST" else SendForm()
    if request.method == "POST" and form.is_valid():
        try:
            add_to_shared_record(actor=request.actor, patient=patient, claim=claim_of(request), **_sent(form))
        except DomainError as refusal:
            form = _refused(request, refusal)
        else:
            messages.success(request, _("Le document est envoyé."))
            return redirect("records:record", patient)
    person = open_record(actor=request.actor, patient=patient)
    page = opened_record(request.actor, person, asked_page(request))
    context = {"page": page, "form": form, **neighbours(page.part)}
    return render(request, "carnet/practice/record.html", context, status=422 if form.errors else 200)


@access(resource="carnet.document", action="read", spaces={Space.PRACTICE})
@require_safe
def document(request: HttpRequest, uid: UUID) -> HttpResponse:
    open_note(actor=request.actor, document=uid)
    page = document_page(request.actor, uid)
    return render(
        request,
        "carnet/practice/document.html",
        {"page": page, "line": page.line, "newer": VersionForm(initial={"revision": page.line.document.revision})},
    )


@access(resource="carnet.document", action="open", spaces={Space.PRACTICE})
@require_safe
def file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    return document_response(request, open_document(actor=request.actor, document=uid))


@access(resource="carnet.document", action="open", spaces={Space.PRACTICE})
@require_safe
def page_image(request: HttpRequest, uid: UUID, number: int) -> HttpResponseBase:
    return page_response(open_page(actor=request.actor, document=uid, number=number))


@access(resource="carnet.document", action="withdraw", spaces={Space.PRACTICE})
@require_POST
def withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    filing.withdraw_document(actor=request.actor, document=uid)
    messages.success(request, _("Le document est repris : le patient ne l’a pas lu."))
    return redirect("records:records")


@access(resource="carnet.document", action="revise", spaces={Space.PRACTICE})
@require_POST
def replace(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A newer file in place of the one that was sent."""
    return replace_file(
        request,
        uid,
        service=send_version,
        may_replace=lambda page: page.may_revise,
        back="records:document",
        done=_("Le nouveau fichier est envoyé. Le patient garde l’ancien."),
    )


@access(resource="patients.patientrecord", action={"GET": "work", "POST": "work"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, record: UUID) -> HttpResponse:
    """To the person behind a file of the practice; without an account, the page offers to invite them."""
    file = file_to_send(request.actor, record)
    form = SendForm(request.POST, request.FILES) if request.method == "POST" else SendForm()
    if request.method == "POST" and form.is_valid():
        try:
            send_document(
                actor=request.actor,
                record=record,
                confidential=form.cleaned_data["confidential"],
                appointment=_visit(request),
                claim=claim_of(request),
                **_sent(form),
            )
        except DomainError as refusal:
            form = _refused(request, refusal)
        else:
            messages.success(request, _("Le document est envoyé."))
            return redirect("records:send", record)
    context = {"form": form, "file": file, "sent": sent_by_me(request.actor, file.patient), "visit": _visit(request)}
    return render(request, "carnet/practice/send.html", context, status=422 if form.errors else 200)


@access(resource="patients.patientrecord", action="keep", spaces={Space.PRACTICE})
@require_POST
def invite(request: HttpRequest, record: UUID) -> HttpResponse:
    """Sends the link by which a person ties the file to an account of theirs."""
    send_file_link(actor=request.actor, record=record)
    messages.success(request, _("L’invitation est envoyée."))
    return redirect("records:send", record)


def _visit(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("rendez-vous", ""))
    except ValueError:
        return None


def _sent(form: SendForm) -> dict[str, Any]:
    values = {name: form.cleaned_data[name] for name in ("kind", "title", "note", "dated_on")}
    return {**values, "upload": next(iter(form.cleaned_data["files"]), None)}


def _refused(request: HttpRequest, refusal: DomainError) -> SendForm:
    form = SendForm(with_new_token(request), request.FILES)
    form.is_valid()
    form.add_error(None, str(refusal.message))
    return form
