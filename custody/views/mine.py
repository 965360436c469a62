"""« Mes données »: a copy, what one agreed to, what is kept, and erasing a record."""

from __future__ import annotations

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.requests import PersonRequest
from carnet.downloads import document_response
from carnet.services.erasure import erase_record
from core.access import Space, access
from core.exceptions import DomainError
from custody.forms import EraseRecordForm
from custody.retention import TABLE
from custody.selectors.consents import consents_of
from custody.selectors.mine import is_ready, my_data, record_to_erase
from custody.services import archives, consents


@access(resource="custody.dataarchive", action="read", spaces={Space.PATIENT}, second_factor=True)
@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    found = my_data(request.actor)
    return render(request, "custody/mine.html", {"data": found, "ready": is_ready(found.archive)})


@access(resource="custody.dataarchive", action="create", spaces={Space.PATIENT}, second_factor=True)
@never_cache
@require_POST
@reauthentication_required(app="allauth.account")
def request_copy(request: PersonRequest) -> HttpResponse:
    try:
        archives.request_archive(actor=request.actor, user=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Votre copie se prépare. Nous vous écrivons dès qu’elle est prête."))
    return redirect("custody:home")


@access(resource="custody.dataarchive", action="read", spaces={Space.PATIENT}, second_factor=True)
@require_safe
@reauthentication_required(app="allauth.account")
def copy(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """The ZIP itself, for who has just proven who they are."""
    try:
        return document_response(request, archives.open_archive(actor=request.actor, archive=uid))
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
        return redirect("custody:home")


@access(resource="custody.dataarchive", action="delete", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def forget_copy(request: HttpRequest, uid: UUID) -> HttpResponse:
    archives.forget_archive(actor=request.actor, archive=uid)
    messages.success(request, _("La copie est effacée."))
    return redirect("custody:home")


@access(resource="custody.consent", action="read", spaces={Space.PATIENT}, second_factor=True)
@never_cache
@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    return render(request, "custody/agreements.html", {"purposes": consents_of(request.actor)})


@access(resource="custody.consent", action="withdraw", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def withdraw(request: HttpRequest, purpose: str, key: str) -> HttpResponse:
    consents.withdraw(actor=request.actor, purpose=purpose, key=key)
    messages.success(request, _("C’est retiré. Cela vaut tout de suite."))
    return redirect("custody:agreements")


@access.public(reason="says to anybody what the site keeps, why and how long")
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    return render(request, "custody/kept.html", {"table": TABLE})


@access(
    resource="patients.patient",
    action={"GET": "keep_documents", "POST": "erase_record"},
    spaces={Space.PATIENT},
    second_factor=True,
)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="allauth.account", allow_get=True)
def erase(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Erases a record for good and leaves the account; the page says what stays, where and why."""
    found = record_to_erase(request.actor, patient)
    form = EraseRecordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            erase_record(actor=request.actor, patient=patient)
        except DomainError as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Le carnet est effacé. Le compte reste ouvert."))
            return redirect("custody:home")
    context = {"form": form, "record": found}
    return render(request, "custody/erase.html", context, status=422 if form.errors else 200)
