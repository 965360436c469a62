"""Invitations into a team: sent and taken back by an owner, accepted by whoever holds the invited address."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import Space, access
from core.exceptions import DomainError
from practitioners.forms_team import InviteForm, show_refusal
from practitioners.selectors.team import agendas_of_team, invitation_received, staffed_practice
from practitioners.services.team import accept_invitation, invite_member, withdraw_invitation

PRACTICE = {Space.PRACTICE}


@access(resource="practitioners.invitation", action={"GET": "read", "POST": "create"}, spaces=PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    practice = staffed_practice(request.actor)
    form = InviteForm(request.POST or None, agendas=agendas_of_team(request.actor))
    if request.method == "POST" and form.is_valid():
        wanted = dict(form.cleaned_data)
        wanted["agendas"] = [UUID(uid) for uid in wanted["agendas"]]
        try:
            invite_member(actor=request.actor, **wanted)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("L’invitation part à %(email)s.") % {"email": wanted["email"]})
            return redirect("practitioners:team")
    context = {"form": form, "practice": practice}
    return render(request, "practitioners/invite.html", context, status=422 if form.errors else 200)


@access(resource="practitioners.invitation", action={"POST": "withdraw"}, spaces=PRACTICE)
@require_POST
def withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    withdraw_invitation(actor=request.actor, invitation=uid)
    messages.success(request, _("L’invitation est retirée."))
    return redirect("practitioners:team")


@access(resource="practitioners.invitation", action={"GET": "read", "POST": "accept"}, second_factor=False)
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Shown to the invited address only: to anybody else it does not exist."""
    found = invitation_received(request.actor, uid)
    refusal = None
    if request.method == "POST":
        try:
            accept_invitation(actor=request.actor, invitation=uid)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Vous êtes dans l’équipe. Choisissez cet espace pour y travailler."))
            return redirect("accounts:spaces")
    context = {"invitation": found, "refusal": refusal}
    return render(request, "practitioners/invitation.html", context, status=refusal.status if refusal else 200)
