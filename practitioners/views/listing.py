"""The page « Corriger ou ne plus paraître » of a listing, its code, and reports. Nobody needs an account."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.access import access
from core.exceptions import DomainError
from practitioners.enums import ListingState
from practitioners.forms_listing import STAFF, ListingCodeForm, ListingForm, ReportListingForm, show_refusal
from practitioners.models import ListingRequest
from practitioners.selectors.listing_requests import masked, own_request
from practitioners.selectors.register_sites import listed_person
from practitioners.services.listing_requests import ask_by_code, ask_staff, prove_request, report_listing

READ_AND_WRITE = ["GET", "HEAD", "POST"]


@access.public(reason="Whoever is listed may object without an account", costly=True)
@never_cache
@require_http_methods(READ_AND_WRITE)
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Object, hide the phone, correct: proven by a code sent to an address of the register, or decided by the staff."""
    found = listed_person(request.actor, slug)
    mailboxes = [(str(one.site.uid), masked(one.site.email)) for one in found.sites if one.site.email]
    form = ListingForm(request.POST or None, sites=found.sites, mailboxes=mailboxes, joined=found.joined)
    if request.method == "POST" and form.is_valid():
        try:
            asked = _ask(request, slug, form)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("practitioners:listing_request", uid=asked.uid)
    context = {"form": form, "person": found.practitioner, "sites": found.sites, "joined": found.joined}
    return render(request, "practitioners/listing.html", context, status=422 if form.errors else 200)


@access.public(reason="The address of a request is known to whoever made it alone")
@never_cache
@require_http_methods(READ_AND_WRITE)
def listing_request(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Where a request stands; while a code is awaited, the place to give it back."""
    found = own_request(uid)
    form = ListingCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            prove_request(actor=request.actor, request=uid, code=form.cleaned_data["code"])
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("practitioners:listing_request", uid=uid)
    context = {"asked": found, "form": form, "proving": found.state == ListingState.PROVING}
    return render(request, "practitioners/listing_request.html", context, status=422 if form.errors else 200)


@access.public(reason="Anybody may report a listing", costly=True)
@never_cache
@require_http_methods(READ_AND_WRITE)
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """« Signaler cette fiche »: the staff read it, and answer when an address is given."""
    found = listed_person(request.actor, slug)
    form = ReportListingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = report_listing(actor=request.actor, slug=slug, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("practitioners:listing_request", uid=asked.uid)
    context = {"form": form, "person": found.practitioner}
    return render(request, "practitioners/report_listing.html", context, status=422 if form.errors else 200)


def _ask(request: HttpRequest, slug: str, form: ListingForm) -> ListingRequest:
    given = form.cleaned_data
    wish = {"actor": request.actor, "slug": slug, "kind": given["wish"], "changes": form.changes}
    if given["proof"] == STAFF:
        return ask_staff(**wish, contact=given["contact"], words=given["words"])
    return ask_by_code(**wish, site=UUID(given["proof"]))
