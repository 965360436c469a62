"""How an agenda offers a reason: its terms, shown with what they change before they are saved."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.forms_setup_reasons import OFFER_FIELD_OF, OfferForm, offer_initial
from booking.selectors.setup import agenda_to_set_up
from booking.selectors.setup_drafts import Draft
from booking.selectors.setup_reasons import offer_of, reason_managed
from booking.views.desk.setup_weighing import weigh
from core.access import Space, access
from practitioners.changes import version_of
from practitioners.enums import Mode
from practitioners.models import Agenda, AgendaReason, VisitReason
from practitioners.services.offers import remove_offer, set_offer

PRACTICE = {Space.PRACTICE}


@access(resource="practitioners.agendareason", action="manage", spaces=PRACTICE)
@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, uid: UUID, agenda: UUID) -> HttpResponse:
    """The terms of one reason in one agenda."""
    reason, place = reason_managed(request.actor, uid), agenda_to_set_up(request.actor, agenda)
    row = offer_of(request.actor, place, reason)
    version = "" if row is None else version_of(row)
    start = offer_initial(row or _blank(place, reason), version)
    form = OfferForm(request.POST or None, initial=start)

    def save() -> None:
        wanted: Any = form.wanted()
        set_offer(actor=request.actor, visit_reason=uid, agenda=agenda, terms=wanted, expected=version)

    weighed = weigh(
        request,
        form,
        agenda=place,
        version=version,
        fields=OFFER_FIELD_OF,
        draft=lambda: Draft(offer=_wished(place, reason, row, form.wanted())),
        save=save,
    )
    if weighed.saved:
        messages.success(request, _("Les conditions sont enregistrées. Les rendez-vous déjà pris gardent les leurs."))
        return redirect("desk:setup_agenda", uid=agenda)
    if weighed.stale:
        form = OfferForm(initial=start)
    context = {"agenda": place, "reason": reason, "row": row, "form": form, "weighed": weighed}
    return render(request, "desk/setup_offer.html", context, status=weighed.status)


@access(resource="practitioners.agendareason", action="manage", spaces=PRACTICE)
@require_POST
def offer_remove(request: HttpRequest, uid: UUID, agenda: UUID) -> HttpResponse:
    """Stops offering the reason in the agenda."""
    remove_offer(actor=request.actor, visit_reason=uid, agenda=agenda)
    messages.success(request, _("Ce motif n’est plus proposé dans cet agenda. Les rendez-vous déjà pris restent."))
    return redirect("desk:setup_agenda", uid=agenda)


def _blank(agenda: Agenda, reason: VisitReason) -> AgendaReason:
    """What is proposed for a reason that is not offered yet: the catalogue's duration and forms."""
    kind = reason.kind
    minutes = kind.duration_minutes if kind else AgendaReason().duration_minutes
    modes = [mode for mode in kind.modes if mode != Mode.VIDEO or agenda.video_link] if kind else []
    return AgendaReason(
        agenda=agenda,
        visit_reason=reason,
        duration_minutes=minutes,
        step_minutes=minutes,
        modes=modes or [Mode.OFFICE.value],
    )


def _wished(agenda: Agenda, reason: VisitReason, row: AgendaReason | None, terms: dict[str, Any]) -> AgendaReason:
    """The offer on these terms, not written."""
    return AgendaReason(pk=None if row is None else row.pk, agenda=agenda, visit_reason=reason, **terms)
