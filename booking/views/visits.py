"""The patient's own visits: the list, one visit, its slip and calendar file, cancelling."""

from __future__ import annotations

from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.enums import Status
from booking.exceptions import Refusal
from booking.forms import CancelForm
from booking.ics import calendar_file, calendar_method
from booking.models import Appointment
from booking.presentation import visit_cards
from booking.registry import panels_of
from booking.selectors.appointments import past_visits, upcoming_visits, visit
from booking.selectors.files import mark_of
from booking.selectors.late import minutes_late
from booking.selectors.rescue_progress import open_offer
from booking.selectors.video import video_link_of
from booking.selectors.waitlist import live_offers_of, waiting_for_visit
from booking.services.appointments import cancel_appointment
from booking.waitlist_links import offer_path
from core import clock
from core.access import Space, access
from core.idempotency import claim_of
from patients.selectors import people_of
from practitioners.enums import Discretion

PAST_PER_PAGE = 10


@access(resource="booking.appointment", action="read", spaces={Space.PATIENT})
@require_safe
def appointments(request: HttpRequest) -> HttpResponse:
    """Visits to come in order of time, then those past or cancelled."""
    people, now = people_of(request.actor), clock.now()
    past = Paginator(past_visits(request.actor), PAST_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "upcoming": visit_cards(upcoming_visits(request.actor), people, at=now),
        "past": past,
        "past_cards": visit_cards(past, people, at=now),
        "kept": [(one, offer_path(one)) for one in live_offers_of(request.actor)],
    }
    return render(request, "booking/appointments.html", context)


@access(resource="booking.appointment", action="read", spaces={Space.PATIENT})
@require_safe
def appointment(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One visit, and what may still be done with it."""
    found = visit(request.actor, uid)
    context = {
        **_context(request, found),
        "just_booked": "confirme" in request.GET,
        "offer": open_offer(found),
        "late": minutes_late(found),
        "panels": panels_of(request.actor, found),
    }
    context["waits"] = waiting_for_visit(request.actor, found.pk) is not None
    return render(request, "booking/appointment.html", context)


@access(resource="booking.appointment", action="change", spaces={Space.PATIENT})
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Asks before cancelling; never acts on GET."""
    found = visit(request.actor, uid)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = cancel_appointment(
                actor=request.actor,
                appointment=uid,
                reason=form.cleaned_data["reason"],
                claim=claim_of(request),
            )
        except Refusal as refusal:
            messages.warning(request, str(refusal.message))
            return redirect("booking:appointment", uid=uid)
        late = _("Votre rendez-vous est annulé, après l’heure limite. L’heure servira à quelqu’un.")
        messages.success(request, late if done.cancelled_late else _("Votre rendez-vous est annulé."))
        return redirect("booking:appointment", uid=uid)
    context = {**_context(request, found), "form": form, "is_late": clock.now() > found.may_cancel_until}
    return render(request, "booking/cancel.html", context, status=422 if form.is_bound else 200)


@access(resource="booking.appointment", action="read", spaces={Space.PATIENT})
@require_safe
def slip(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A large-type page to print or hand over."""
    return render(request, "booking/slip.html", _context(request, visit(request.actor, uid)))


@access(resource="booking.appointment", action="read", spaces={Space.PATIENT})
@require_safe
def calendar(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The calendar file of the visit."""
    found = visit(request.actor, uid)
    content = calendar_file(
        found,
        organizer=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        attendee=request.user.email,  # type: ignore[union-attr]
        url=request.build_absolute_uri(reverse("booking:appointment", args=[found.uid])),
        masked=found.visit_reason.discretion == Discretion.CONCEALED,
    )
    response = HttpResponse(content, content_type=f"text/calendar; charset=utf-8; method={calendar_method(found)}")
    response["Content-Disposition"] = 'attachment; filename="rendez-vous.ics"'
    return response


def _context(request: HttpRequest, found: Appointment) -> dict[str, object]:
    (card,) = visit_cards([found], people_of(request.actor), at=clock.now())
    return {
        "card": card,
        "visit": found,
        "zone": found.agenda.location.timezone,
        "location": found.agenda.location,
        "practice": found.agenda.practice,
        "person": found.performer,
        "patient": found.record.display_name if found.record else "",
        "video_link": video_link_of(found),
        "mark": mark_of(found) if found.status == Status.NO_SHOW else None,
    }
