"""The agenda of a practice: the page, and the events its grid asks for again and again."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from booking.desk_events import grid_of, hidden_days
from booking.desk_presentation import Day, days_of, waiting_of
from booking.selectors.desk_agenda import DeskWindow, agenda_version, desk_window
from booking.selectors.late import standing_notices
from booking.views.desk.agenda_query import AgendaQuery, agenda_query, remember
from booking.views.desk.agenda_words import period_title, view_links
from core.access import Space, access

# Stands for a visit in the addresses that the page's script completes.
NOBODY = UUID(int=0)


@access(resource="booking.appointment", action="read", spaces={Space.PRACTICE})
@require_safe
def agenda(request: HttpRequest) -> HttpResponse:
    """The agendas of a day or a week: a list that works by itself, over which the grid is drawn where there is room."""
    query = agenda_query(request)
    return remember(render(request, "desk/agenda.html", page_context(request, query)), request, query)


@access(resource="booking.appointment", action="read", spaces={Space.PRACTICE})
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """What the grid draws, with the version of the agendas as ETag: two statements when nothing changed."""
    query = agenda_query(request)
    mark = agenda_version(
        request.actor, query.shown, query.first_day, query.last_day, query.today, get_language() or ""
    )
    etag = f'"{hashlib.sha256(mark.encode()).hexdigest()[:32]}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
    else:
        response = JsonResponse(grid_of(_window(request, query)))
    response["ETag"] = etag
    # Names of patients: never kept by a browser or on the way.
    patch_cache_control(response, private=True, no_store=True)
    return response


def page_context(request: HttpRequest, query: AgendaQuery) -> dict[str, Any]:
    """What the page and its print share."""
    window = _window(request, query)
    return {
        "query": query,
        "nobody": NOBODY,
        "window": window,
        "days": _worth_showing(window),
        "waiting": waiting_of(window),
        "late": standing_notices(request.actor, query.shown) if query.day == query.today else [],
        "title": period_title(query),
        "links": view_links(query),
        "agendas": [
            {
                "agenda": one,
                "shown": one in query.shown,
                "toggle_url": query.url(agendas=query.toggled(one)),
                "only_url": query.url(agendas=[one.uid]),
                "only": list(query.shown) == [one],
            }
            for one in query.run
        ],
        "arranges": any(one.arranged for one in query.run),  # type: ignore[attr-defined]
        "practice": query.run[0].practice if query.run else None,
    }


def _window(request: HttpRequest, query: AgendaQuery) -> DeskWindow:
    return desk_window(request.actor, query.shown, first_day=query.first_day, last_day=query.last_day)


def _worth_showing(window: DeskWindow) -> list[Day]:
    """Without the empty days of a weekend."""
    hidden = set(hidden_days(window))
    return [day for day in days_of(window) if day.date.isoweekday() % 7 not in hidden]
