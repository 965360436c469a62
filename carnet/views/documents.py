"""The patient's documents: the list, the upload, one document, the bin."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carnet.downloads import document_response, page_response
from carnet.forms import AddForm, EditForm, VersionForm
from carnet.selectors.documents import bin_list, document_list, document_page
from carnet.selectors.journal import journal_of
from carnet.selectors.sharing import shares_of
from carnet.services import filing
from carnet.services.deposit import add_document
from carnet.services.reading import open_document, open_note, open_page, open_record
from carnet.services.versions import add_version
from carnet.views._frame import frame
from carnet.views._paging import asked_page, neighbours
from carnet.views._replacing import replace_file
from core.access import Space, access
from core.exceptions import DomainError, NotForYou
from patients.selectors import own_identity, people_of


@access(resource="patients.patient", action="read_documents", spaces={Space.PATIENT}, second_factor=True)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One's own record; without an identity, the page that gives one."""
    own = own_identity(request.actor)
    return redirect("carnet:documents", own.uid) if own else redirect("patients:identity")


@access(resource="patients.patient", action="read_documents", spaces={Space.PATIENT}, second_factor=True)
@require_safe
def documents(request: HttpRequest, patient: UUID) -> HttpResponse:
    query, kind = request.GET.get("q", "")[:100], request.GET.get("nature", "")[:20]
    open_record(actor=request.actor, patient=patient)
    found = document_list(request.actor, patient, query=query, kind=kind, page=asked_page(request))
    context: dict[str, Any] = {
        **frame(request, found.person, "documents"),
        "page": found,
        "query": query,
        "kind": kind,
        **neighbours(found, q=query, nature=kind),
        "people": people_of(request.actor, "read_documents"),
    }
    if found.may_share:
        context["shares"] = shares_of(request.actor, patient).shares
        context["accesses"] = journal_of(request.actor, patient, size=4, by_others=True)[1]
    return render(request, "carnet/documents/list.html", context)


@access(resource="patients.patient", action="keep_documents", spaces={Space.PATIENT}, second_factor=True)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Several files in one sending; each is added or refused by itself."""
    person, _lines = bin_list(request.actor, patient)
    form = AddForm(request.POST or None, request.FILES or None) if request.method == "POST" else AddForm()
    if request.method == "POST" and form.is_valid():
        added, refused = _add_all(request, patient, form)
        for name, sentence in refused:
            messages.error(request, f"{name} : {sentence}" if name else sentence)
        if added:
            messages.success(
                request,
                ngettext("%(n)s document ajouté.", "%(n)s documents ajoutés.", len(added)) % {"n": len(added)},
            )
            return redirect("carnet:documents", patient)
    context = {**frame(request, person, "documents"), "form": form, "most": settings.DOCUMENT_MAX_BYTES}
    return render(request, "carnet/documents/add.html", context, status=422 if request.method == "POST" else 200)


def _add_all(request: HttpRequest, patient: UUID, form: AddForm) -> tuple[list[Any], list[tuple[str, str]]]:
    added, refused = [], []
    words = {name: form.cleaned_data[name] for name in ("kind", "author", "dated_on")}
    words["kind"] = words["kind"] or "other"
    files = form.cleaned_data["files"]
    for upload in files:
        try:
            title = form.cleaned_data["title"] if len(files) == 1 else ""
            added.append(add_document(actor=request.actor, patient=patient, upload=upload, title=title, **words))
        except NotForYou:
            raise
        except DomainError as refusal:
            refused.append((upload.name or "", str(refusal.message)))
    return added, refused


@access(
    resource="carnet.document", action={"GET": "read", "POST": "change"}, spaces={Space.PATIENT}, second_factor=True
)
@require_http_methods(["GET", "HEAD", "POST"])
def document(request: HttpRequest, uid: UUID) -> HttpResponse:
    page = document_page(request.actor, uid)
    line = page.line
    form = EditForm(
        request.POST if request.method == "POST" else None,
        initial={
            "title": line.words.title,
            "author": line.words.author,
            "note": line.words.note,
            "kind": line.document.kind,
            "dated_on": line.document.dated_on,
            "revision": line.document.revision,
        },
    )
    if request.method == "POST" and not page.may_change:
        raise NotForYou
    if line.version is None and line.document.removed_at is None:
        open_note(actor=request.actor, document=uid)
    if request.method == "POST" and form.is_valid():
        words = dict(form.cleaned_data)
        expected = words.pop("revision")
        try:
            filing.change_document(actor=request.actor, document=uid, expected_revision=expected, **words)
        except DomainError as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Les changements sont enregistrés."))
            return redirect("carnet:document", uid)
    context = {
        **frame(request, line.document.patient, "documents"),
        "page": page,
        "line": line,
        "form": form,
        "version_form": VersionForm(initial={"revision": line.document.revision}) if page.may_replace else None,
    }
    return render(request, "carnet/documents/document.html", context, status=422 if form.errors else 200)


@access(resource="carnet.document", action="open", spaces={Space.PATIENT}, second_factor=True)
@require_safe
def file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """The last file, or with `?version=` one it took the place of."""
    given = request.GET.get("version", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else None
    return document_response(request, open_document(actor=request.actor, document=uid, number=number))


@access(resource="carnet.document", action="change", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def replace(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A newer file in place of the one there."""
    return replace_file(
        request,
        uid,
        service=add_version,
        may_replace=lambda page: page.may_change,
        back="carnet:document",
        done=_("Le fichier est remplacé. L’ancien reste pour vous seul."),
    )


@access(resource="carnet.document", action="open", spaces={Space.PATIENT}, second_factor=True)
@require_safe
def page_image(request: HttpRequest, uid: UUID, number: int) -> HttpResponseBase:
    return page_response(open_page(actor=request.actor, document=uid, number=number))


@access(resource="carnet.document", action="change", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def remove(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = filing.remove_document(actor=request.actor, document=uid)
    messages.success(request, _("Le document est dans la corbeille pour 30 jours."))
    return redirect("carnet:documents", found.patient.uid)


@access(resource="carnet.document", action="change", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def restore(request: HttpRequest, uid: UUID) -> HttpResponse:
    filing.restore_document(actor=request.actor, document=uid)
    messages.success(request, _("Le document est de nouveau dans le carnet."))
    return redirect("carnet:document", uid)


@access(resource="carnet.document", action="change", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def hide(request: HttpRequest, uid: UUID) -> HttpResponse:
    hidden = request.POST.get("hidden") == "1"
    filing.hide_document(actor=request.actor, document=uid, hidden=hidden)
    said = _("Le document est masqué : personne d’autre ne le voit.") if hidden else _("Le document n’est plus masqué.")
    messages.success(request, said)
    return redirect("carnet:document", uid)


@access(resource="carnet.document", action="conceal", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def conceal(request: HttpRequest, uid: UUID) -> HttpResponse:
    confidential = request.POST.get("confidential") == "1"
    filing.conceal_document(actor=request.actor, document=uid, confidential=confidential)
    messages.success(
        request,
        _("Vos proches ne voient plus ce document.") if confidential else _("Vos proches peuvent voir ce document."),
    )
    return redirect("carnet:document", uid)


@access(resource="patients.patient", action="keep_documents", spaces={Space.PATIENT}, second_factor=True)
@require_safe
def bin_(request: HttpRequest, patient: UUID) -> HttpResponse:
    person, lines = bin_list(request.actor, patient)
    return render(request, "carnet/documents/bin.html", {**frame(request, person, "documents"), "lines": lines})
