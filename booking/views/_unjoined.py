"""The public page of somebody whom the national register states and who has not joined."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from booking.search.wording import near_text, specialty_text
from core.presentation import Crumb, tint_of
from core.ui.navigation import exists
from practitioners.selectors.register_sites import ListedPerson, listed_person, register_read_on


def unjoined(request: HttpRequest, slug: str) -> HttpResponse:
    """Who and where, the phone if it is public, and what the person may do about the page. Raises NotForYou."""
    found = listed_person(request.actor, slug)
    claim = f"/praticien/{slug}/revendiquer/"
    context = {
        "person": found.practitioner,
        "sites": found.sites,
        "tint": tint_of(slug),
        "register_on": register_read_on(),
        "claim_url": claim if exists(claim) else "",
        "crumbs": _way_back(found),
        "others_url": _others(found),
    }
    return render(request, "booking/unjoined.html", context)


def _others(found: ListedPerson) -> str:
    """Those of the same specialty around who take bookings online; empty when the commune is not known."""
    place = next((site.place for site in found.sites if site.place), None)
    if place is None:
        return ""
    return f"{reverse('directory', args=[found.practitioner.specialty.slug, place.slug])}?en_ligne=1"


def _way_back(found: ListedPerson) -> list[Crumb]:
    place = next((site.place for site in found.sites if site.place), None)
    if place is None:
        return []
    specialty = found.practitioner.specialty
    people = specialty_text(specialty, None)
    label = f"{people[:1].upper()}{people[1:]} {near_text(place)}"
    return [Crumb(label, reverse("directory", args=[specialty.slug, place.slug]))]
