"""Sending a patient to a colleague who keeps times for it: whom, when, what goes along; and taking it back."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.exceptions import Refusal
from booking.forms_referral import ColleagueQuery, ReferForm
from booking.presentation import slot_value
from booking.selectors.availability import zone_of
from booking.selectors.desk_referral import (
    find_colleagues,
    offer_to_refer,
    specialties_to_refer,
    times_to_refer,
)
from booking.services.desk.referral import refer_patient, withdraw_referral
from core import clock
from core.access import Space, access
from core.exceptions import DomainError, NotForYou
from core.forms import with_new_token
from core.idempotency import claim_of
from patients.selectors.files import record_of
from practitioners.models import AgendaReason

PRACTICE = {Space.PRACTICE}
FARTHEST = timedelta(days=366)


@access(resource="booking.referral", action="read", spaces=PRACTICE)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Colleagues who take referrals, by specialty, name and place, with the first time of each."""
    query = ColleagueQuery(request.GET).cleaned()
    file = record_of(request.actor, query["fiche"]) if query.get("fiche") else None
    wanted = {"specialty": query.get("specialite", ""), "name": query.get("nom", ""), "place": query.get("lieu", "")}
    context = {
        "file": file,
        "query": query,
        "specialties": specialties_to_refer(request.actor),
        "found": find_colleagues(request.actor, **wanted) if file is not None else [],
        "asked": any(wanted.values()),
    }
    return render(request, "desk/referral.html", context)


@access(resource="booking.referral", action={"GET": "read", "POST": "create"}, spaces=PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def times(request: HttpRequest, agenda: UUID, uid: UUID) -> HttpResponse:
    """The next times of one offer, and what the other practice will know; then the booking."""
    query = ColleagueQuery(request.POST if request.method == "POST" else request.GET).cleaned()
    if not query.get("fiche"):
        raise NotForYou
    file = record_of(request.actor, query["fiche"])
    offer = offer_to_refer(request.actor, agenda, uid)
    form = ReferForm(request.POST or None, initial={"fiche": file.uid})
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            _refer(request, offer, form.cleaned_data)
        except Refusal as error:
            refusal = error
            form.data = with_new_token(request)
        else:
            who = offer.agenda.practitioner.display_name
            messages.success(request, _("Le rendez-vous est pris chez %(name)s.") % {"name": who})
            return redirect("desk:file", uid=file.uid)
    context = {
        "file": file,
        "offer": offer,
        "zone": offer.agenda.location.timezone,
        "hours": [(slot_value(slot), slot) for slot in times_to_refer(offer, _from(offer, query.get("du")))],
        "query": query,
        "form": form,
        "refusal": refusal,
        "back": f"{reverse('desk:refer')}?{urlencode({'fiche': file.uid})}",
    }
    status = refusal.status if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "desk/referral_times.html", context, status=status)


@access(resource="booking.referral", action="withdraw", spaces=PRACTICE)
@require_POST
def withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Takes a booking at a colleague's back, while nobody was told."""
    back = request.POST.get("fiche", "")
    try:
        withdraw_referral(actor=request.actor, referral=uid)
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("Le rendez-vous chez le confrère est repris. Personne n’est prévenu."))
    try:
        return redirect("desk:file", uid=UUID(back))
    except ValueError:
        return redirect("desk:files")


def _refer(request: HttpRequest, offer: AgendaReason, wanted: dict[str, Any]) -> None:
    agenda, start = wanted["slot"]
    if agenda != offer.agenda.uid:
        raise NotForYou
    refer_patient(
        actor=request.actor,
        record=wanted["fiche"],
        agenda=agenda,
        visit_reason=offer.visit_reason.uid,
        start=start,
        agreed=wanted["agreed"],
        word=wanted["word"],
        claim=claim_of(request),
    )


def _from(offer: AgendaReason, day: date | None) -> datetime | None:
    if day is None or abs(day - clock.now().date()) > FARTHEST:
        return None
    return clock.combine(day, time.min, zone_of(offer))
