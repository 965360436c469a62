"""« Pourquoi aucun créneau ? »: a day of an agenda, each start with the rule that hides it, in plain words."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.forms_setup import WhyForm, WhyQuery
from booking.selectors.setup import agenda_to_set_up, offers_arranged
from booking.selectors.setup_visits import zone_of
from booking.selectors.why_hidden import why_hidden
from booking.setup_why_words import closed_words, run_lines
from core import clock
from core.access import Space, access
from core.exceptions import NotForYou


@access(resource="booking.openinghours", action="manage", spaces={Space.PRACTICE})
@require_safe
def why(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The first reason and today unless asked otherwise; a reason that is not offered here is not there."""
    agenda = agenda_to_set_up(request.actor, uid)
    offers = offers_arranged([agenda])[agenda.pk]
    asked = WhyQuery(request.GET).cleaned()
    day = asked.get("jour") or clock.today(zone_of(agenda))
    reason = asked.get("motif") or (offers[0].visit_reason.uid if offers else None)
    if reason is not None and reason not in {offer.visit_reason.uid for offer in offers}:
        raise NotForYou
    found = None
    if reason is not None:
        found = why_hidden(request.actor, agenda=uid, visit_reason=reason, day=day)
    context = {
        "agenda": agenda,
        "form": WhyForm(initial={"motif": str(reason), "jour": day}, offers=offers),
        "found": found,
        "day": day,
        "closed": closed_words(found.closed_by) if found else [],
        "runs": run_lines(found) if found else [],
    }
    return render(request, "desk/setup_why.html", context)
