"""What the comboboxes of the search bar show as one types: fragments, bounded, the same for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from booking.search.asked import Asked
from booking.search.suggestions import place_suggestions, suggestions
from core.access import access
from core.replica import from_replica


@access.public(reason="The directory is public")
@require_safe
@cache_control(public=True, max_age=60)
@from_replica
def who(request: HttpRequest) -> HttpResponse:
    """Specialties, people and practices for what was typed so far."""
    text = Asked.read(request.GET).q
    return _fragment(request, suggestions(request.actor, text), text)


@access.public(reason="The directory is public")
@require_safe
@cache_control(public=True, max_age=60)
@from_replica
def where(request: HttpRequest) -> HttpResponse:
    """Communes for what was typed so far."""
    text = Asked.read(request.GET).q
    return _fragment(request, place_suggestions(text), text)


def _fragment(request: HttpRequest, groups: list, text: str) -> HttpResponse:
    return render(request, "booking/_suggestions.html", {"groups": groups, "text": text})
