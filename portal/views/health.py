"""`/sante/`: the information pages as everybody reads them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.access import access
from portal.markup import render as render_text
from portal.selectors import health


@access.public(reason="Information about care is for everybody.")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(
        request, "portal/health/index.html", {"pages": health.shown_pages(), "here": health.reading_language()}
    )


@access.public(reason="Information about care is for everybody.")
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    found = health.shown_page(slug)
    context = {
        "page": found,
        "version": found.version,
        "text": render_text(found.version.body),
        "others": [other for other in health.shown_pages() if other.slug != slug],
        "here": health.reading_language(),
    }
    return render(request, "portal/health/page.html", context)
