"""What the page of results shows: cards, filters, ordering, neighbouring pages, and words for what was not certain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.reading_matter import readings_of
from booking.result_cards import DAYS_READ, cards
from booking.search.asked import Asked
from booking.search.facets import COUNTED
from booking.search.hours import hours_by_agenda
from booking.search.nearby import nearby
from booking.search.query import SearchQuery
from booking.search.results import PAGE, Found, search
from booking.search.understanding import PARIS, Understood, asked_otherwise, is_around_me, understand
from booking.search.wording import near_text, people_text, specialty_text
from booking.views._filters import filters_of, languages_of
from core import clock
from core.phrasing import zone_of

Links = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Writes the addresses of a page of results: `path`, and the parameters that are not part of it."""

    path: str
    asked: Asked

    def with_changes(self, **changes: Any) -> str:
        return f"{self.path}{self.asked.query_string(**changes)}"


def context_of(request: HttpRequest, asked: Asked, understood: Understood, addresses: Addresses) -> dict[str, Any]:
    """The context of `booking/search.html`."""
    query = understood.query
    context: dict[str, Any] = {
        "asked": asked,
        "understood": understood,
        "query": query,
        "bar": _bar(asked, understood),
        "place_choices": _places(asked, understood),
        "also": [(one.label, _search(asked, q="", specialite=one.slug)) for one in understood.also],
        "ready": understood.is_ready,
        "readings": readings_of(asked.q) if asked.page == 1 else [],
        "found": None,
        "canonical": _canonical(request, asked, query),
        "indexed": not asked.is_filtered and asked.page == 1 and addresses.path != reverse("booking:search"),
        "filters": [],
        "heading": _("Trouver un soignant"),
        "title": _("Trouver un soignant"),
    }
    if not understood.is_ready:
        return context
    found = search(request.actor, query, page=asked.page)
    other = None if found.results else asked_otherwise(asked, understood)
    if other is not None:
        read = context_of(request, other, understand(other), replace(addresses, asked=other))
        if read["found"] is not None and read["found"].results:
            return read
    return context | _answered(request, asked, found, query, addresses)


def _answered(
    request: HttpRequest, asked: Asked, found: Found, query: SearchQuery, addresses: Addresses
) -> dict[str, Any]:
    today = clock.today(zone_of(query.place.timezone) if query.place else PARIS)
    hours = hours_by_agenda(
        [result.best.agenda for result in found.results if result.best],
        days=DAYS_READ,
        now=clock.now(),
        mode=query.mode,
        new_patient=True if query.new_patients else None,
    )
    total = found.facets.total
    around = "" if query.place is None else near_text(query.place)
    empty = not found.results
    return {
        "found": found,
        "cards": cards(found.results, hours, today=today, mode=query.mode or ""),
        "total": total,
        "heading": _heading(query, total, around),
        "title": _title(query, around),
        "around": around,
        "who": specialty_text(query.specialty, 0) if query.specialty else _("soignant"),
        "widened": found.query.radius_km > query.radius_km and not empty,
        "radius": query.radius_km,
        "reached": found.query.radius_km,
        "filters": filters_of(asked, found.facets, addresses.with_changes, today),
        "languages": languages_of(asked, found.facets, addresses.with_changes),
        "by_distance": query.by_distance,
        "orderings": _orderings(asked, query, addresses),
        "previous_url": addresses.with_changes(page=asked.page - 1) if asked.page > 1 else "",
        "next_url": addresses.with_changes(page=asked.page + 1) if found.has_next else "",
        "shown": len(found.results),
        "first_shown": (asked.page - 1) * PAGE + 1,
        "without_filters": _bare(addresses) if asked.is_filtered else "",
        "tomorrow": today + timedelta(days=1),
        "form_action": addresses.path,
        "hidden_for_date": addresses.asked.pairs(avant=None),
        "first_page_url": addresses.with_changes(),
    } | _elsewhere(request, asked, query, empty=empty)


def _elsewhere(request: HttpRequest, asked: Asked, query: SearchQuery, *, empty: bool) -> dict[str, Any]:
    """Ways on when nobody was found: other specialties around, practices to call."""
    if not empty:
        return {"nearby": None, "nearby_links": []}
    around = nearby(request.actor, query)
    others = [one for one in around.specialties if one != query.specialty]
    return {
        "nearby": around,
        "nearby_links": [(one.label, _search(asked, q="", specialite=one.slug)) for one in others],
    }


def _bar(asked: Asked, understood: Understood) -> dict[str, Any]:
    """The fields of the search bar, as one would type them: no hidden choice outlives a text changed without script."""
    query = understood.query
    label = query.specialty.label if query.specialty else ""
    text = asked.q or label
    if asked.q and query.specialty and query.specialty.slug == asked.specialite and label.lower() != asked.q.lower():
        text = f"{label} {asked.q}"
    around = asked.autour is not None and (not asked.ou or is_around_me(asked.ou))
    place = _("Autour de moi") if around else query.place.label if query.place else asked.ou
    kept = [pair for pair in asked.pairs() if pair[0] not in {"q", "specialite", "ou", "lieu", "autour", "page"}]
    return {
        "q": text,
        "place_text": place,
        "place": query.place.insee if query.place and not around else "",
        "near": ",".join(f"{number:g}" for number in asked.autour) if around and asked.autour else "",
        "hidden": kept,
    }


def _search(asked: Asked, **changes: Any) -> str:
    """An address of `/recherche/` with who or where changed, and the filters kept."""
    return f"{reverse('booking:search')}{asked.query_string(**changes)}"


def _bare(addresses: Addresses) -> str:
    return f"{addresses.path}{addresses.asked.without_filters().query_string()}"


def _places(asked: Asked, understood: Understood) -> Links:
    return [(place.label, _search(asked, ou="", lieu=place.insee, autour=None)) for place in understood.place_choices]


def _canonical(request: HttpRequest, asked: Asked, query: SearchQuery) -> str:
    """The lasting address of a search for one specialty around one commune; empty for any other search."""
    if query.specialty is None or query.place is None or query.words or query.latitude is not None:
        return ""
    return request.build_absolute_uri(reverse("directory", args=[query.specialty.slug, query.place.slug]))


def _heading(query: SearchQuery, total: int | None, around: str) -> str:
    people = people_text(query.specialty, total, COUNTED)
    return f"{people} {around}".strip()


def _title(query: SearchQuery, around: str) -> str:
    if query.specialty is None:
        return f"{_('Soignants')} {around}".strip()
    name = specialty_text(query.specialty, None)
    return f"{name[:1].upper()}{name[1:]} {around}".strip()


def _orderings(asked: Asked, query: SearchQuery, addresses: Addresses) -> list[dict[str, Any]]:
    """Two orders to choose from; only the first free hour without a point to measure from."""
    if query.point is None:
        return []
    by_distance = query.by_distance
    return [
        {"label": _("Par distance"), "url": addresses.with_changes(tri=""), "current": by_distance},
        {
            "label": _("Par première heure libre"),
            "url": addresses.with_changes(tri="disponibilite"),
            "current": not by_distance,
        },
    ]
