"""The private calendar address of an agenda, as calendar programs read it."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import translation
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from booking.selectors.feeds import feed_content, feed_of
from booking.services.feeds import note_reading
from core.access import access
from core.ratelimit import spend

# Guesses of one address before it is asked to wait; 256 bits do not fall to guessing, noise should.
MISSES, PER = 50, timedelta(hours=1)


@access.public(reason="Calendar programs have no session: the token in the address is the right")
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The file of a live address; the same 404 for an unknown and a revoked one."""
    found = feed_of(token)
    if found is None:
        spend("booking.feed_misses", request.actor.ip, limit=MISSES, per=PER)
        raise Http404
    with translation.override("fr"):
        content = feed_content(found)
    note_reading(found)
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    response: HttpResponse
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="agenda.ics"'
    response["ETag"] = etag
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
