"""The public page of a practitioner, with the booking calendar."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from booking.forms import CalendarQuery
from booking.presentation import WEEK, radio_window
from booking.selectors.availability import availability, zone_of
from booking.selectors.offers import offered_modes
from booking.selectors.profile import Profile, agenda_of, profile
from core import clock
from core.access import access
from practitioners.enums import Mode
from practitioners.languages import language_name
from practitioners.models import AgendaReason


@access.public(reason="The directory and free slots are public")
def practitioner(request: HttpRequest, slug: str) -> HttpResponse:
    """Who, where, fees, and the calendar. htmx asks for the calendar alone, by the same address."""
    found = profile(request.actor, slug)
    context = {
        "profile": found,
        "person": found.practitioner,
        "languages": [language_name(code) for code in found.practitioner.languages],
        "location": None,
        "practice": None,
        "places": [],
        **_calendar(request, found),
    }
    if request.headers.get("HX-Request") and request.headers.get("HX-Target") == "slot-week":
        return render(request, "booking/_week.html", context)
    return render(request, "booking/practitioner.html", context)


def _calendar(request: HttpRequest, found: Profile) -> dict[str, object]:
    query = CalendarQuery(request.GET)
    asked = query.cleaned()
    agenda = agenda_of(found, asked.get("cabinet"))
    if agenda is None:
        return {"agenda": None, "offer": None, "window": None, "fees": []}
    modes = list(dict.fromkeys(mode for offer in found.offers_at(agenda) for mode in offered_modes(offer)))
    mode = asked.get("mode") if asked.get("mode") in modes else next(iter(modes), None)
    offers = found.offers_at(agenda, mode)
    offer = _chosen(offers, asked.get("motif"))
    context = {
        "agenda": agenda,
        "location": agenda.location,
        "practice": agenda.practice,
        "modes": [(value, Mode(value).label, _address(found, agenda.uid, None, value)) for value in modes],
        "mode": mode,
        "offers": offers,
        "offer": offer,
        "window": None,
        "fees": [(one.visit_reason.name, one.price_cents) for one in offers if one.price_cents is not None],
        "places": [(one, _address(found, one.uid, None, None), one == agenda) for one in found.agendas],
    }
    if offer is None:
        return context
    today = clock.today(zone_of(offer))
    first = max(asked.get("du") or today, today)
    slots = availability([offer], first_day=first, days=WEEK, mode=mode)

    def page(day: date) -> str:
        return _address(found, agenda.uid, offer.visit_reason.uid, mode, day)

    context["window"] = radio_window(slots, page=page, today=today, chosen=request.GET.get("slot", ""))
    return context


def _chosen(offers: list[AgendaReason], wanted: UUID | None) -> AgendaReason | None:
    return next((offer for offer in offers if offer.visit_reason.uid == wanted), next(iter(offers), None))


def _address(found: Profile, agenda: UUID, reason: UUID | None, mode: str | None, day: date | None = None) -> str:
    parts = {"cabinet": agenda, "motif": reason, "mode": mode, "du": day.isoformat() if day else None}
    query = urlencode({name: value for name, value in parts.items() if value})
    return f"{reverse('booking:practitioner', args=[found.practitioner.slug])}?{query}"
