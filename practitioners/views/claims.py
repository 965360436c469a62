"""« C’est vous ? » and « Vous exercez ? »: from a listing, or a number, to a page of one's own."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import Space, access
from core.exceptions import DomainError
from core.spaces import enter_space
from practitioners import pro_sante_connect
from practitioners.claim_states import ClaimState
from practitioners.forms_claims import ClaimForm, DocumentForm, PracticeForm, initial_of, show_refusal
from practitioners.selectors.claims import listed_person, open_claim, own_claim, sites_of
from practitioners.services import claims

PATIENT = {Space.PATIENT}
READ, MAKE, ACT = {"GET": "own"}, {"GET": "own", "POST": "own"}, {"POST": "own"}


@access(resource="practitioners.claim", action=MAKE, spaces=PATIENT, second_factor=True)
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Who one is; from a listing, the number must be that of the listing. Leads to the claim one has already."""
    person = listed_person(slug) if slug else None
    known = open_claim(request.actor)
    if known is not None:
        return redirect("practitioners:claim", uid=known.uid)
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = claims.declare_claim(actor=request.actor, page=slug, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("practitioners:claim", uid=made.uid)
    context = {"form": form, "person": person}
    return render(request, "practitioners/claims/declare.html", context, status=422 if form.errors else 200)


@access(resource="practitioners.claim", action=READ, spaces=PATIENT, second_factor=True)
@require_safe
def claim(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Where the claim stands, and what comes next."""
    return _claim_page(request, uid, DocumentForm())


@access(resource="practitioners.claim", action=ACT, spaces=PATIENT, second_factor=True)
@require_POST
def identify(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Leaves for Pro Santé Connect."""
    found = own_claim(request.actor, uid)
    if found.claim.state != ClaimState.REGISTER_MATCH or not pro_sante_connect.is_offered():
        return redirect("practitioners:claim", uid=uid)
    try:
        return pro_sante_connect.redirect_there(request, str(uid))
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("practitioners:claim", uid=uid)


@access(resource="practitioners.claim", action=READ, spaces=PATIENT, second_factor=True)
@require_safe
def identity_return(request: HttpRequest) -> HttpResponse:
    """Back from Pro Santé Connect, with an answer or without."""
    try:
        uid, identity = pro_sante_connect.read_return(request)
        claims.prove_by_identity(actor=request.actor, claim=UUID(uid), identity=identity)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("Votre identité est confirmée."))
    known = open_claim(request.actor)
    return redirect("practitioners:claim", uid=known.uid) if known else redirect("practitioners:claim_new")


@access(resource="practitioners.claim", action=ACT, spaces=PATIENT, second_factor=True)
@require_POST
def send_document(request: HttpRequest, uid: UUID) -> HttpResponse:
    form = DocumentForm(request.POST, request.FILES)
    own_claim(request.actor, uid)
    if form.is_valid():
        given = form.cleaned_data["document"]
        # Nothing larger than what is admitted is read into memory.
        content = given.read(claims.proving.DOCUMENT_BYTES + 1)
        try:
            claims.send_document(actor=request.actor, claim=uid, name=given.name, content=content)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("La pièce est reçue. Deux personnes de l’équipe vont la regarder."))
            return redirect("practitioners:claim", uid=uid)
    return _claim_page(request, uid, form, status=422)


@access(resource="practitioners.claim", action=ACT, spaces=PATIENT, second_factor=True)
@require_POST
def withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    claims.withdraw_claim(actor=request.actor, claim=uid)
    messages.success(request, _("Votre demande est retirée."))
    return redirect("practitioners:claim", uid=uid)


@access(resource="practitioners.claim", action=MAKE, spaces=PATIENT, second_factor=True)
@require_http_methods(["GET", "HEAD", "POST"])
def open_practice(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The practice and its address; then, in its space, the guide of the first agenda."""
    found = own_claim(request.actor, uid)
    if found.claim.state != ClaimState.CONTROLLED or found.claim.practitioner is None:
        return redirect("practitioners:claim", uid=uid)
    sites = sites_of(found.claim)
    name = _("Cabinet %(name)s") % {"name": found.claim.practitioner.display_name}
    wanted = next((one.uid for one in sites if str(one.uid) == request.GET.get("lieu")), None)
    form = PracticeForm(request.POST or None, initial=initial_of(sites, wanted, name))
    if request.method == "POST" and form.is_valid():
        try:
            agenda = claims.open_practice(actor=request.actor, claim=uid, wish=form.wish())
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            space = f"{Space.PRACTICE}:{agenda.practice.uid}"
            enter_space(actor=request.actor, user=request.user, session=request.session, wanted=space)
            messages.success(request, _("Votre page est publiée. Encore trois étapes, et l’agenda est en ligne."))
            return redirect("desk:setup_start_agenda", uid=agenda.uid)
    context = {"form": form, "own": found, "person": found.claim.practitioner, "sites": sites, "wanted": wanted}
    return render(request, "practitioners/claims/practice.html", context, status=422 if form.errors else 200)


@access(resource="practitioners.claim", action=ACT, spaces=PATIENT, second_factor=True)
@require_POST
def join_team(request: HttpRequest, uid: UUID) -> HttpResponse:
    claims.publish_in_team(actor=request.actor, claim=uid)
    messages.success(request, _("Votre page est publiée. Le responsable du cabinet peut vous ouvrir un agenda."))
    return redirect("practitioners:claim", uid=uid)


def _claim_page(request: HttpRequest, uid: UUID, form: DocumentForm, status: int = 200) -> HttpResponse:
    own = own_claim(request.actor, uid)
    context = {
        "own": own,
        "claim": own.claim,
        "person": own.claim.practitioner,
        "form": form,
        "identity_offered": pro_sante_connect.is_offered(),
        "identity_is_double": pro_sante_connect.is_double(),
    }
    response = render(request, "practitioners/claims/claim.html", context, status=status)
    origin = urlsplit(settings.PRO_SANTE_CONNECT_ORIGIN)
    if origin.scheme == "https" and origin.netloc:
        # The browser asks where the answer to the form leads, too.
        response._csp_update = {"form-action": [f"https://{origin.netloc}"]}  # type: ignore[attr-defined]
    return response
