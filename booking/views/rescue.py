"""The patient's side of a closed day: other hours kept for her alone; takes one, declines, or cancels."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.exceptions import Refusal
from booking.forms_rescue import GIVE_UP, TAKE, AnswerForm
from booking.models import Appointment
from booking.presentation import visit_cards
from booking.selectors.appointments import visit
from booking.selectors.rescue_progress import holds_of, open_offer
from booking.services._rescue import RescueRefused
from booking.services.rescue_answers import decline_offer, give_up_visit, take_offer
from core import clock
from core.access import Space, access
from core.idempotency import claim_of
from patients.selectors import people_of


@access(resource="booking.appointment", action={"GET": "read", "POST": "change"}, spaces={Space.PATIENT})
@require_http_methods(["GET", "POST"])
def proposals(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Choose one of the hours kept; reading the page does nothing, whoever reads it."""
    found = visit(request.actor, uid)
    form = AnswerForm(request.POST or None)
    refusal: Refusal | RescueRefused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            said = _answer(request, uid, form)
        except (Refusal, RescueRefused) as error:
            refusal = error
        else:
            messages.success(request, said)
            return redirect("booking:appointment", uid=uid)
    context = {**_context(request, found), "form": AnswerForm() if refusal else form, "refusal": refusal}
    status = refusal.status if refusal else (422 if form.is_bound else 200)
    return render(request, "booking/rescue.html", context, status=status)


def _answer(request: HttpRequest, uid: UUID, form: AnswerForm) -> str:
    given, claim = form.cleaned_data["answer"], claim_of(request)
    if given == TAKE:
        take_offer(actor=request.actor, appointment=uid, hold=form.cleaned_data["hold"], claim=claim)
        return _("Votre rendez-vous est déplacé.")
    if given == GIVE_UP:
        give_up_visit(actor=request.actor, appointment=uid, claim=claim)
        return _("Votre rendez-vous est annulé.")
    decline_offer(actor=request.actor, appointment=uid, claim=claim)
    return _("C’est noté. Le cabinet vous appellera.")


def _context(request: HttpRequest, found: Appointment) -> dict[str, object]:
    (card,) = visit_cards([found], people_of(request.actor), at=clock.now())
    offer = open_offer(found) if found.is_open else None
    return {
        "visit": found,
        "card": card,
        "zone": found.agenda.location.timezone,
        "person": found.performer,
        "practice": found.agenda.practice,
        "offer": offer,
        "holds": holds_of([offer])[offer.pk] if offer else [],
        "giving_up": "annuler" in request.GET,
    }
