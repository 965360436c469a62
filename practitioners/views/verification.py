"""`/plateforme/verification/`: the claims that wait for two members of the staff, or that contest one another."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.access import Space, access
from core.exceptions import DomainError
from practitioners.claim_states import ClaimState
from practitioners.forms_claims import ReviewForm, show_refusal
from practitioners.selectors.claims import claim_to_judge, decided_claims, waiting_claims
from practitioners.services import claims

PLATFORM = {Space.PLATFORM}


@access(resource="practitioners.claim", action={"GET": "review"}, spaces=PLATFORM)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    context = {"waiting": waiting_claims(request.actor), "decided": decided_claims(request.actor)}
    return render(request, "platform/verification/list.html", context)


@access(resource="practitioners.claim", action={"GET": "review", "POST": "review"}, spaces=PLATFORM)
@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = claim_to_judge(request.actor, uid)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            judged = claims.review_claim(
                actor=request.actor, claim=uid, approved=given["approved"] == "1", reason=given["reason"]
            )
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _said(judged.state))
            return redirect("practitioners:verification")
    context = {"found": found, "claim": found.claim, "person": found.claim.practitioner, "form": form}
    return render(request, "platform/verification/claim.html", context, status=422 if form.errors else 200)


@access(resource="practitioners.claim", action={"GET": "review"}, spaces=PLATFORM)
@never_cache
@require_safe
def document(request: HttpRequest, uid: UUID, document: UUID) -> HttpResponse:
    """The document, to be kept out of the page: a browser saves it, and nothing in it can act here."""
    opened = claims.open_document(actor=request.actor, claim=uid, document=document)
    response = HttpResponse(opened.content, content_type=opened.mimetype)
    response.headers["Content-Disposition"] = content_disposition_header(True, opened.name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _said(state: str) -> str:
    if state == ClaimState.CONTROLLED:
        return _("Deux avis favorables : l’identité est confirmée, la personne est prévenue.")
    if state == ClaimState.REFUSED:
        return _("La demande est refusée, la personne est prévenue.")
    return _("Votre avis est noté. Il en faut un second, d’une autre personne.")
