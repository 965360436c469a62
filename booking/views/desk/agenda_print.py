"""The agenda of one day on paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.services.desk.day_pdf import print_day_as_pdf
from booking.views.desk.agenda import page_context
from booking.views.desk.agenda_query import agenda_query, at_day
from core.access import Space, access


@access(resource="booking.appointment", action="read", spaces={Space.PRACTICE})
@require_safe
def print_day(request: HttpRequest) -> HttpResponse:
    """The day of the agendas shown, black on white, each on its own sheet."""
    return render(request, "desk/agenda_print.html", page_context(request, at_day(agenda_query(request))))


@access(resource="booking.appointment", action={"POST": "read"}, spaces={Space.PRACTICE})
@require_POST
def print_day_pdf(request: HttpRequest) -> HttpResponse:
    """The same sheets as a file, for a practice that files or sends its days; taking it is written in the journal."""
    query = at_day(agenda_query(request))
    content = print_day_as_pdf(actor=request.actor, agendas=query.shown, day=query.day)
    response = HttpResponse(content, content_type="application/pdf")
    name = _("agenda-%(day)s.pdf") % {"day": query.day.isoformat()}
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    patch_cache_control(response, private=True, no_store=True)
    return response
