"""Moving a visit: the same calendar, and one act that keeps the old hour on any refusal."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.exceptions import Refusal
from booking.forms import CalendarQuery, MoveForm
from booking.models import Appointment
from booking.presentation import WEEK, radio_window, slot_value, visit_cards
from booking.selectors.appointments import visit
from booking.selectors.availability import availability, zone_of
from booking.selectors.offers import find_offers
from booking.services.appointments import reschedule_appointment
from core import clock
from core.access import Space, access
from core.idempotency import claim_of
from core.presentation import SlotWindow
from patients.selectors import people_of


@access(resource="booking.appointment", action="change", spaces={Space.PATIENT})
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Choose another hour for the same reason at the same practice."""
    found = visit(request.actor, uid)
    if not found.is_open or found.start_at <= clock.now():
        return redirect("booking:appointment", uid=uid)
    form = MoveForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        agenda, start = form.cleaned_data["slot"]
        try:
            reschedule_appointment(
                actor=request.actor, appointment=uid, start=start, agenda=agenda, claim=claim_of(request)
            )
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, _("Votre rendez-vous est déplacé."))
            return redirect("booking:appointment", uid=uid)
    (card,) = visit_cards([found], people_of(request.actor), at=clock.now())
    context = {
        "visit": found,
        "card": card,
        "zone": found.agenda.location.timezone,
        "person": found.performer,
        "practice": found.agenda.practice,
        "location": found.agenda.location,
        "form": MoveForm() if refusal else form,
        "refusal": refusal,
        "hours": [(slot_value(slot), slot) for slot in refusal.alternatives] if refusal else [],
        "window": _window(request, found),
    }
    if request.headers.get("HX-Target") == "slot-week":
        return render(request, "booking/_week.html", context)
    status = refusal.status if refusal else (422 if form.is_bound else 200)
    return render(request, "booking/move.html", context, status=status)


def _window(request: HttpRequest, found: Appointment) -> SlotWindow | None:
    offers = find_offers(found.visit_reason.uid, [found.agenda.uid])
    if not offers:
        return None
    today = clock.today(zone_of(offers[0]))
    first = max(CalendarQuery(request.GET).cleaned().get("du") or today, today)
    slots = availability(offers, first_day=first, days=WEEK, mode=found.mode)

    def page(day: date) -> str:
        return f"{reverse('booking:move', args=[found.uid])}?{urlencode({'du': day.isoformat()})}"

    whole = "" if request.GET.get("tout") else f"{page(first)}&tout=1#slot-week"
    return radio_window(slots, page=page, today=today, all_hours=whole)
