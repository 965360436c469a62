"""The pages of results: `/recherche/` and the lasting address of a specialty in a commune. They work without script."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from booking.search.asked import Asked
from booking.search.understanding import understand
from booking.views._results import Addresses, context_of
from core.access import access
from core.exceptions import NotForYou
from core.replica import from_replica
from practitioners.selectors.places import place_by_slug


@access.public(reason="The directory is public", costly=True)
@require_safe
@from_replica
def results(request: HttpRequest) -> HttpResponse:
    """Whatever was typed or chosen: results, or the question that is left to ask."""
    asked = Asked.read(request.GET)
    addresses = Addresses(reverse("booking:search"), asked)
    return render(request, "booking/search.html", context_of(request, asked, understand(asked), addresses))


@access.public(reason="The directory is public", costly=True)
@require_safe
@from_replica
def lasting(request: HttpRequest, specialty: str, place: str) -> HttpResponse:
    """The practitioners of one specialty around one commune, at an address that lasts."""
    commune = place_by_slug(place)
    if commune is None:
        raise NotForYou
    if commune.slug != place:
        return redirect("directory", specialty=specialty, place=commune.slug, permanent=True)
    given = Asked.read(request.GET)
    own = replace(given, q="", specialite="", ou="", lieu="", autour=None)
    asked = replace(own, specialite=specialty, lieu=commune.insee)
    understood = understand(asked)
    if understood.query.specialty is None:
        raise NotForYou
    addresses = Addresses(request.path, own)
    return render(request, "booking/search.html", context_of(request, asked, understood, addresses))
