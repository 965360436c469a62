"""The team of the practice: its page, and each act on a member. Owners act; everybody sees, and may leave."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import Space, access
from core.exceptions import DomainError
from practitioners.forms_team import CoverForm, ScopeForm, show_refusal
from practitioners.rights import matrix
from practitioners.selectors.team import (
    agendas_of_team,
    agendas_to_entrust,
    colleagues_of,
    member_to_change,
    member_to_end,
    team_of,
)
from practitioners.services.cover import grant_cover
from practitioners.services.team import change_member, end_membership

PRACTICE = {Space.PRACTICE}


@access(resource="practitioners.membership", action="read", spaces=PRACTICE)
@require_http_methods(["GET", "HEAD"])
def team(request: HttpRequest) -> HttpResponse:
    return render(request, "practitioners/team.html", {"team": team_of(request.actor)})


@access(resource="practitioners.membership", action="read", spaces=PRACTICE)
@require_http_methods(["GET", "HEAD"])
def rights(request: HttpRequest) -> HttpResponse:
    """Who may do what, from the table that a test compares with the rules themselves."""
    return render(request, "practitioners/rights.html", {"matrix": matrix(), "team": team_of(request.actor)})


@access(resource="practitioners.membership", action={"GET": "read", "POST": "staff"}, spaces=PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, uid: UUID) -> HttpResponse:
    found, row = member_to_change(request.actor, uid)
    initial = {
        "role": row.role,
        "all_agendas": row.all_agendas,
        "agendas": [str(agenda.uid) for agenda in row.agendas.all()],
        "first_day": found.first_day,
        "last_day": found.last_day,
    }
    form = ScopeForm(request.POST or None, initial=initial, agendas=agendas_of_team(request.actor))
    if request.method == "POST" and form.is_valid():
        try:
            change_member(actor=request.actor, member=uid, **_scope(form))
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("C’est enregistré\u00a0: cela vaut dès sa prochaine page."))
            return redirect("practitioners:team")
    context = {"form": form, "member": found}
    return render(request, "practitioners/member.html", context, status=422 if form.errors else 200)


@access(resource="practitioners.membership", action={"GET": "read", "POST": "end"}, spaces=PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Asks, then ends a membership: somebody else's, or one's own."""
    found, _row = member_to_end(request.actor, uid)
    refusal = None
    if request.method == "POST":
        try:
            end_membership(actor=request.actor, member=uid)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("C’est fait\u00a0: l’accès est fermé."))
            return redirect("accounts:landing" if found.is_me else "practitioners:team")
    context = {"member": found, "refusal": refusal}
    return render(request, "practitioners/member_end.html", context, status=refusal.status if refusal else 200)


@access(resource="practitioners.agenda", action={"GET": "read", "POST": "entrust"}, spaces=PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def cover(request: HttpRequest) -> HttpResponse:
    """Lends one's agenda to a colleague for some days."""
    form = CoverForm(
        request.POST or None, agendas=agendas_to_entrust(request.actor), colleagues=colleagues_of(request.actor)
    )
    if request.method == "POST" and form.is_valid():
        wanted = dict(form.cleaned_data)
        wanted["colleague"] = UUID(wanted["colleague"])
        wanted["agendas"] = [UUID(uid) for uid in wanted["agendas"]]
        try:
            grant_cover(actor=request.actor, **wanted)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Le relais est noté. Il prendra fin de lui-même."))
            return redirect("practitioners:team")
    return render(request, "practitioners/cover.html", {"form": form}, status=422 if form.errors else 200)


def _scope(form: ScopeForm) -> dict[str, Any]:
    wanted = dict(form.cleaned_data)
    wanted["agendas"] = [UUID(uid) for uid in wanted["agendas"]]
    return wanted
