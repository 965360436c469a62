"""The staff's page of the accesses that stood out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from carnet.selectors.alerts import recent_alerts
from core.access import Space, access


@access(resource="carnet.accessalert", action="read", spaces={Space.PLATFORM})
@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """Who, where, why and when; whose records they were stays with the people."""
    return render(request, "carnet/platform/alerts.html", {"alerts": recent_alerts(request.actor)})
