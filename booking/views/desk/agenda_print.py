"""The agenda of one day on paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.views.desk.agenda import page_context
from booking.views.desk.agenda_query import agenda_query, at_day
from core.access import Space, access


@access(resource="booking.appointment", action="read", spaces={Space.PRACTICE})
@require_safe
def print_day(request: HttpRequest) -> HttpResponse:
    """The day of the agendas shown, black on white, each on its own sheet."""
    return render(request, "desk/agenda_print.html", page_context(request, at_day(agenda_query(request))))
