"""The internal page of components and states, in demo mode only."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.access import access
from core.exceptions import NotForYou
from portal import gallery


@access.public(reason="In demo mode everybody may look at the components; elsewhere the page does not exist.")
@require_safe
def gallery_page(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise NotForYou
    context = {
        "gallery": gallery.gallery(),
        "colours": gallery.COLOURS,
        "patient_signs": gallery.PATIENT_SIGNS,
        "practice_signs": gallery.PRACTICE_SIGNS,
        "zone": gallery.ZONE,
    }
    return render(request, "portal/components.html", context)
