"""The patients whom no message about their coming visit reached: to be called, and ticked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.receipt_words import line_of
from booking.selectors.receipts import unreached_calls
from booking.selectors.todo import practice_of
from core.access import Space, access


@access(resource="booking.task", action="work", spaces={Space.PRACTICE})
@require_safe
def unreached(request: HttpRequest) -> HttpResponse:
    """The list, soonest first."""
    practice_of(request.actor)
    calls = [
        {
            "task": one.task,
            "visit": one.visit,
            "record": one.visit.record,
            "zone": one.zone,
            "failed": [line_of(row, one.zone) for row in one.failed],
        }
        for one in unreached_calls(request.actor)
    ]
    return render(request, "desk/unreached.html", {"calls": calls})
