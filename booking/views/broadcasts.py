"""A message of a practice to its patients, as one of them reads it again."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from booking.selectors.broadcasts import broadcast_read
from core.access import Space, access


@access(resource="booking.broadcast", action="read", spaces={Space.PATIENT})
@require_safe
def show(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Who writes, when, and what."""
    found = broadcast_read(request.actor, uid)
    english = (translation.get_language() or "").startswith("en")
    context = {"broadcast": found, "text": found.text_en if english and found.text_en else found.text}
    return render(request, "booking/broadcast.html", context)
