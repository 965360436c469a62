"""`/sitemap.xml`: the addresses themselves while they fit in one file, else the list of the files that hold them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from booking.search.addresses import paths_of, site_map
from core.access import access
from core.exceptions import NotForYou
from core.replica import from_replica

XML = "application/xml; charset=utf-8"


@access.public(reason="Search engines read it without an account")
@require_safe
@cache_control(public=True, max_age=3600)
@from_replica
def whole(request: HttpRequest) -> HttpResponse:
    found = site_map()
    if found.is_small:
        paths = [path for part in range(1, found.files + 1) for path in paths_of(part)]
        return _urls(request, paths)
    files = [_absolute(request, reverse("booking:sitemap_part", args=[n])) for n in range(1, found.files + 1)]
    return render(request, "booking/sitemap_index.xml", {"files": files}, content_type=XML)


@access.public(reason="Search engines read it without an account")
@require_safe
@cache_control(public=True, max_age=3600)
@from_replica
def part(request: HttpRequest, part: int) -> HttpResponse:
    paths = list(paths_of(part))
    if not paths:
        raise NotForYou
    return _urls(request, paths)


def _urls(request: HttpRequest, paths: list[str]) -> HttpResponse:
    urls = [_absolute(request, path) for path in paths]
    return render(request, "booking/sitemap.xml", {"urls": urls}, content_type=XML)


def _absolute(request: HttpRequest, path: str) -> str:
    return request.build_absolute_uri(path)
