"""Shares and the journal of accesses, on the patient's side."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carnet.forms import ShareForm
from carnet.selectors.documents import document_page
from carnet.selectors.journal import PAGE, journal_of
from carnet.selectors.sharing import recipients_for, shares_of
from carnet.services import sharing
from core.access import Space, access
from core.exceptions import DomainError, NotForYou
from core.forms import with_new_token
from core.idempotency import claim_of
from patients.selectors import people_of


@access(resource="patients.patient", action="share_record", spaces={Space.PATIENT}, second_factor=True)
@require_safe
def shares(request: HttpRequest, patient: UUID) -> HttpResponse:
    found = shares_of(request.actor, patient)
    context = {
        "page": found,
        "person": found.person,
        "people": people_of(request.actor, "read"),
        "candidates": recipients_for(request.actor, patient).practitioners,
        "section": "shares",
    }
    return render(request, "carnet/documents/shares.html", context)


@access(resource="patients.patient", action="share_record", spaces={Space.PATIENT}, second_factor=True)
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, patient: UUID) -> HttpResponse:
    """The dialogue: to whom, what is allowed, until which day, all on one page before confirming."""
    query = request.GET.get("q", "")[:100]
    recipients = recipients_for(request.actor, patient, query)
    page = document_page(request.actor, _document(request)) if "document" in request.GET else None
    if page is not None and str(page.line.document.patient.uid) != str(patient):
        raise NotForYou
    form = ShareForm(
        request.POST if request.method == "POST" else None, initial={"until": sharing.default_end(), "level": "read"}
    )
    if request.method == "POST" and form.is_valid():
        try:
            sharing.create_grant(
                actor=request.actor,
                patient=patient,
                document=page.line.document.uid if page else None,
                level=form.cleaned_data["level"] or "read",
                until=form.cleaned_data["until"],
                claim=claim_of(request),
                **form.cleaned_data["recipient"],
            )
        except DomainError as refusal:
            form = ShareForm(with_new_token(request))
            form.is_valid()
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("L’accès est ouvert. Vous pouvez l’arrêter à tout moment."))
            return redirect("carnet:shares", patient)
    context = {
        "form": form,
        "line": page.line if page else None,
        "recipients": recipients,
        "query": query,
        "person": shares_of(request.actor, patient).person,
        "chosen": request.POST.get("recipient", request.GET.get("avec", "")),
        "section": "shares",
    }
    return render(request, "carnet/documents/share.html", context, status=422 if form.errors else 200)


def _document(request: HttpRequest) -> UUID:
    try:
        return UUID(request.GET["document"])
    except ValueError as error:
        raise NotForYou from error


@access(resource="carnet.grant", action="revoke", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def revoke(request: HttpRequest, uid: UUID) -> HttpResponse:
    grant = sharing.revoke_grant(actor=request.actor, grant=uid)
    messages.success(request, _("Le partage est arrêté."))
    return redirect("carnet:shares", grant.patient.uid)


@access(resource="patients.patient", action="share_record", spaces={Space.PATIENT}, second_factor=True)
@require_POST
def block(request: HttpRequest, patient: UUID, practitioner: UUID) -> HttpResponse:
    sharing.block_practitioner(actor=request.actor, patient=patient, practitioner=practitioner)
    messages.success(request, _("Cette personne n’ouvre plus rien de ce carnet."))
    return redirect("carnet:shares", patient)


@access(resource="carnet.accessblock", action={"POST": "lift"}, spaces={Space.PATIENT}, second_factor=True)
@require_POST
def unblock(request: HttpRequest, uid: UUID) -> HttpResponse:
    patient = sharing.lift_block(actor=request.actor, block=uid)
    messages.success(request, _("Le blocage est levé."))
    return redirect("carnet:shares", patient)


@access(resource="patients.patient", action="share_record", spaces={Space.PATIENT}, second_factor=True)
@require_safe
def journal(request: HttpRequest, patient: UUID) -> HttpResponse:
    before = request.GET.get("avant", "")
    person, lines = journal_of(request.actor, patient, before=int(before) if before.isdigit() else None)
    context = {
        "person": person,
        "accesses": lines,
        "people": people_of(request.actor, "read"),
        "older": lines[-1].id if len(lines) == PAGE else None,
        "section": "journal",
    }
    return render(request, "carnet/documents/journal.html", context)
