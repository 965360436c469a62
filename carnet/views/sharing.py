"""Shares and the journal of accesses, on the patient's side."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carnet.forms import ShareForm
from carnet.selectors.documents import document_list
from carnet.selectors.journal import PAGE, journal_of
from carnet.selectors.sharing import merged, recipient_named, recipients_for, shares_of
from carnet.services import sharing
from carnet.views._frame import frame
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
        **frame(request, found.person, "shares"),
        "page": found,
        "people": people_of(request.actor, "share_record"),
        "candidates": [one.practitioner for one in recipients_for(request.actor, patient).practitioners],
    }
    return render(request, "carnet/documents/shares.html", context)


@access(resource="patients.patient", action="share_record", spaces={Space.PATIENT}, second_factor=True)
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, patient: UUID) -> HttpResponse:
    """The dialogue: to whom, what, what is allowed, until which day, all on one page before confirming."""
    query, town = request.GET.get("q", "")[:100], request.GET.get("lieu", "")[:80]
    chosen = request.POST.get("recipient", request.GET.get("avec", ""))[:60]
    recipients = recipients_for(request.actor, patient, query, town)
    named = recipient_named(request.actor, patient, chosen)
    documents = document_list(request.actor, patient)
    asked = request.GET.get("document", "")
    choices = [(str(line.document.uid), line.words.title) for line in documents.lines]
    if asked and asked not in dict(choices):
        raise NotForYou
    last = sharing.default_end(named.visits[0].start_at if named.visits else None)
    form = ShareForm(
        request.POST if request.method == "POST" else None,
        documents=choices,
        initial={"until": last, "level": "read", "document": asked or ShareForm.WHOLE},
    )
    if request.method == "POST" and form.is_valid():
        try:
            _open(request, patient, form)
        except DomainError as refusal:
            form = ShareForm(with_new_token(request), documents=choices)
            form.is_valid()
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("L’accès est ouvert. Vous pouvez l’arrêter à tout moment."))
            return redirect("carnet:shares", patient)
    context = {
        **frame(request, documents.person, "shares"),
        "form": form,
        "document": asked,
        "recipients": merged(named, recipients),
        "last": last,
        "query": query,
        "town": town,
        "chosen": chosen,
    }
    return render(request, "carnet/documents/share.html", context, status=422 if form.errors else 200)


def _open(request: HttpRequest, patient: UUID, form: ShareForm) -> None:
    given = form.cleaned_data["document"]
    document = None if given == form.WHOLE else UUID(given)
    sharing.create_grant(
        actor=request.actor,
        patient=patient,
        document=document,
        level="read" if document else form.cleaned_data["level"],
        until=form.cleaned_data["until"],
        claim=claim_of(request),
        **form.cleaned_data["recipient"],
    )


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
        **frame(request, person, "journal"),
        "accesses": lines,
        "people": people_of(request.actor, "share_record"),
        "older": lines[-1].id if len(lines) == PAGE else None,
    }
    return render(request, "carnet/documents/journal.html", context)
