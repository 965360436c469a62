"""The public page of a practitioner, with the booking calendar."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.forms import CalendarQuery
from booking.presentation import WEEK, radio_window
from booking.result_cards import profile_url, sector_text
from booking.search.wording import at_text, near_text, specialty_text
from booking.selectors.availability import availability, zone_of
from booking.selectors.offers import offered_modes
from booking.selectors.profile import Profile, agenda_of, colleague_hour, profile
from booking.views._kept import invited_to, note_invitation
from booking.views._unjoined import unjoined
from core import clock
from core.access import access
from core.exceptions import NotForYou
from core.presentation import Crumb, tint_of
from core.replica import from_replica
from practitioners.enums import Mode
from practitioners.languages import language_name
from practitioners.models import AgendaReason
from practitioners.selectors.register_sites import elsewhere_of

RESULTS = {"booking:search", "directory"}


@access.public(reason="The directory and free slots are public", costly=True)
@require_safe
@from_replica
def practitioner(request: HttpRequest, slug: str) -> HttpResponse:
    """Who, where, fees, and the calendar. htmx asks for the calendar alone, by the same address."""
    note_invitation(request)
    try:
        found = profile(request.actor, slug, invited_to(request))
    except NotForYou:
        return unjoined(request, slug)
    if not found.agendas:
        return unjoined(request, slug)
    person = found.practitioner
    context = {
        "profile": found,
        "person": person,
        "tint": tint_of(person.slug),
        "sector": sector_text(person),
        "languages": [language_name(code) for code in person.languages],
        "canonical": request.build_absolute_uri(reverse("booking:practitioner", args=[slug])),
        "location": None,
        "practice": None,
        "places": [],
        **_calendar(request, found),
    }
    if request.headers.get("HX-Request") and request.headers.get("HX-Target") == "slot-week":
        return render(request, "booking/_week.html", context)
    more = {"crumbs": _way_back(request, found), "elsewhere": elsewhere_of(person)}
    return render(request, "booking/practitioner.html", context | more)


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
        "at_place": at_text(agenda.location.place),
        "modes": [(value, Mode(value).label, _address(found, agenda.uid, None, value)) for value in modes],
        "mode": mode,
        "mode_words": _inside(str(Mode(mode).label)) if mode else "",
        "offers": offers,
        "offer": offer,
        "window": None,
        "colleague": None,
        "fees": [
            (one.visit_reason.name, one.price_cents) for one in found.offers_at(agenda) if one.price_cents is not None
        ],
        "places": [(one, _address(found, one.uid, None, None), one == agenda) for one in found.agendas],
    }
    if offer is None:
        return context
    # The waitlist is for reasons open to everybody.
    words = urlencode({"cabinet": agenda.uid, "motif": offer.visit_reason.uid})
    join = reverse("booking:waitlist_join", args=[found.practitioner.slug])
    context["alert_url"] = f"{join}?{words}" if offer.online else ""
    today = clock.today(zone_of(offer))
    first = max(asked.get("du") or today, today)
    slots = availability([offer], first_day=first, days=WEEK, mode=mode)

    def page(day: date) -> str:
        return _address(found, agenda.uid, offer.visit_reason.uid, mode, day)

    whole = "" if request.GET.get("tout") else f"{page(first)}&tout=1#slot-week"
    chosen = request.GET.get("slot", "")
    context["window"] = radio_window(slots, page=page, today=today, chosen=chosen, all_hours=whole)
    if slots.is_empty:
        other = colleague_hour(offer, from_day=first, mode=mode)
        if other is not None:
            person = other.offer.agenda.practitioner
            context["colleague"] = (person, other, profile_url(person.slug, other, mode=mode or ""))
    return context


def _inside(label: str) -> str:
    """A label inside a sentence: « au cabinet »."""
    return label[:1].lower() + label[1:]


def _chosen(offers: list[AgendaReason], wanted: UUID | None) -> AgendaReason | None:
    return next((offer for offer in offers if offer.visit_reason.uid == wanted), next(iter(offers), None))


def _address(found: Profile, agenda: UUID, reason: UUID | None, mode: str | None, day: date | None = None) -> str:
    parts = {"cabinet": agenda, "motif": reason, "mode": mode, "du": day.isoformat() if day else None}
    query = urlencode({name: value for name, value in parts.items() if value})
    return f"{reverse('booking:practitioner', args=[found.practitioner.slug])}?{query}"


def _way_back(request: HttpRequest, found: Profile) -> list[Crumb]:
    """Back to the results one comes from, else to the practitioners of the same specialty around."""
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(came_from)
        try:
            if resolve(parts.path).view_name in RESULTS:
                return [Crumb(_("Retour aux résultats"), f"{parts.path}?{parts.query}" if parts.query else parts.path)]
        except Resolver404:
            pass
    if not found.agendas:
        return [Crumb(_("Trouver un soignant"), "/")]
    specialty, place = found.practitioner.specialty, found.agendas[0].location.place
    people = specialty_text(specialty, None)
    label = f"{people[:1].upper()}{people[1:]} {near_text(place)}"
    return [Crumb(label, reverse("directory", args=[specialty.slug, place.slug]))]
