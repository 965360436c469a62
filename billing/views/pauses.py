"""Pauses: proposed from the absences already in the agenda, ended early by one button."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from billing.forms import PauseForm, show_refusal
from billing.selectors.leaves import leaves_of
from billing.selectors.subscription import overview, subscription_to_manage
from billing.services.pauses import SHORTEST, pause, resume
from core.access import Space, access
from core.exceptions import DomainError
from core.forms import with_new_token
from core.idempotency import claim_of

PRACTICE = {Space.PRACTICE}
ONE_DAY = timedelta(days=1)


@access(resource="billing.pause", action={"GET": "read", "POST": "create"}, spaces=PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """The leaves of the agenda are one click away; other dates are typed."""
    subscription = subscription_to_manage(request.actor)
    found = overview(request.actor)
    holders = {seat.practitioner.pk: seat.practitioner for seat in found.seats if seat.item is not None}
    people = [(str(person.uid), person.display_name) for person in holders.values()]
    leaves = leaves_of(found.practice.pk, holders, found.today)
    proposed = [
        (holders[who], max(leave.since, found.today), leave.until - ONE_DAY)
        for who, spans in sorted(leaves.items())
        for leave in spans
        if leave.until - max(leave.since, found.today) >= SHORTEST
    ]
    initial = {
        "practitioner": request.GET.get("praticien") or (people[0][0] if people else ""),
        "first_day": request.GET.get("du", ""),
        "last_day": request.GET.get("au", ""),
        "reason": "other",
    }
    form = PauseForm(request.POST or None, people=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            pause(
                actor=request.actor,
                subscription=subscription.uid,
                practitioner=UUID(chosen["practitioner"]),
                starts_on=chosen["first_day"],
                ends_on=chosen["last_day"] + ONE_DAY,
                reason=chosen["reason"],
                claim=claim_of(request),
            )
        except DomainError as refusal:
            form = PauseForm(with_new_token(request), people=people)
            form.full_clean()
            show_refusal(form, refusal)
        else:
            messages.success(request, _("La pause est notée. Ces jours ne sont pas facturés, ou vous seront rendus."))
            return redirect("subscription:home")
    context = {"form": form, "found": found, "proposed": proposed}
    return render(request, "billing/practice/pause.html", context, status=422 if form.errors else 200)


@access(resource="billing.pause", action={"POST": "manage"}, spaces=PRACTICE)
@require_POST
def end(request: HttpRequest, uid: UUID) -> HttpResponse:
    try:
        resume(actor=request.actor, pause=uid)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("La pause est terminée."))
    return redirect("subscription:home")
