"""`/plateforme/fiches/`: what people ask and report about listings, and the staff's answers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import Space, access
from core.exceptions import DomainError
from practitioners.enums import ListingAsk, ListingState
from practitioners.forms_listing import DecisionForm, show_refusal
from practitioners.selectors.listing_requests import handled_request, queue
from practitioners.services.listing_requests import decide_request, restore_listing

PLATFORM = {Space.PLATFORM}


@access(resource="practitioners.listingrequest", action="handle", spaces=PLATFORM)
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    return render(request, "practitioners/listing_requests.html", {"queue": queue(request.actor)})


@access(resource="practitioners.listingrequest", action="handle", spaces=PLATFORM)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One request with all that was said, and the form of the answer."""
    found, sites = handled_request(request.actor, uid)
    form = DecisionForm(request.POST or None, request=found, sites=sites)
    if request.method == "POST" and form.is_valid():
        accept = request.POST.get("decision") != "refuse"
        try:
            decide_request(actor=request.actor, request=uid, accept=accept, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("La réponse est enregistrée, et partie si une adresse a été donnée."))
            return redirect("practitioners:listing_requests")
    corrections = {one.site.key: one for one in sites}
    context = {
        "asked": found,
        "form": form,
        "sites": sites,
        "wanted": [(corrections.get(key), change) for key, change in found.wanted.items()],
        "waits": found.state == ListingState.WAITING,
        "undoable": found.state == ListingState.DONE and found.kind != ListingAsk.REPORT,
    }
    return render(request, "practitioners/listing_decide.html", context, status=422 if form.errors else 200)


@access(resource="practitioners.listingrequest", action="handle", spaces=PLATFORM)
@require_POST
def restore(request: HttpRequest, uid: UUID) -> HttpResponse:
    restore_listing(actor=request.actor, request=uid)
    messages.success(request, _("La fiche reprend ce que dit le répertoire."))
    return redirect("practitioners:listing_decide", uid=uid)
