"""The acts of the agenda's list: noting a status, closing the day, blocking the next minutes. Plain forms."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from booking.desk_presentation import VERBS, visit_line
from booking.desk_statuses import OUTCOMES
from booking.enums import Status
from booking.selectors.desk_agenda import unsettled_visits
from booking.services.desk_status import close_day as settle
from booking.services.desk_status import set_status
from booking.services.desk_status_block import block_minutes
from booking.views.desk.agenda_query import agenda_query
from core import clock
from core.access import Space, access
from core.exceptions import DomainError

SAID = {
    Status.ARRIVED: gettext_lazy("%s est en salle d’attente."),
    Status.SEEN: gettext_lazy("%s : vu."),
    Status.NO_SHOW: gettext_lazy("%s : absence notée pour un an."),
    Status.EXCUSED: gettext_lazy("%s : excusé, sans absence notée."),
    Status.BOOKED: gettext_lazy("%s est de nouveau attendu."),
}


@access(resource="booking.appointment", action="change", spaces={Space.PRACTICE})
@require_POST
def status(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Notes the status of one visit and leads back to the list it was noted from."""
    try:
        visit = set_status(
            actor=request.actor,
            appointment=uid,
            status=request.POST.get("statut", ""),
            expected_revision=_number(request.POST.get("revision")),
        )
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        said = SAID.get(Status(visit.status))
        if said and visit.record:
            messages.success(request, str(said) % visit.record.display_name)
    return redirect(way_back(request))


@access(resource="booking.absence", action="create", spaces={Space.PRACTICE})
@require_POST
def block(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Blocks the next minutes of one agenda, thirty unless another number is asked."""
    try:
        block_minutes(actor=request.actor, agenda=uid, minutes=_number(request.POST.get("minutes")) or 30)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("C’est bloqué : aucune heure n’y est plus proposée."))
    return redirect(way_back(request))


@access(resource="booking.appointment", action={"GET": "read", "POST": "change"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "POST"])
def close_day(request: HttpRequest) -> HttpResponse:
    """The past visits of a day that nobody settled, each with what it becomes: one act for all."""
    query = agenda_query(request)
    now = clock.now()
    visits = unsettled_visits(request.actor, query.shown, query.day, now)
    if request.method == "POST":
        wanted = {row.uid: request.POST.get(f"visite-{row.uid}", "") for row in visits}
        try:
            done = settle(actor=request.actor, outcomes={uid: said for uid, said in wanted.items() if said})
        except DomainError as refusal:
            messages.warning(request, str(refusal.message))
        else:
            messages.success(
                request,
                ngettext("%(n)d rendez-vous clôturé.", "%(n)d rendez-vous clôturés.", done.settled)
                % {"n": done.settled},
            )
            if done.passed_over:
                messages.warning(
                    request, _("D’autres venaient d’être clôturés par quelqu’un : ils restent tels quels.")
                )
            return redirect(query.url(vue="jour"))
    zones = {agenda.pk: agenda.location.timezone for agenda in query.shown}
    names = {agenda.pk: agenda.practitioner.display_name for agenda in query.shown}
    rows = [
        {"line": visit_line(row, zones[row.agenda_id], now), "with": names[row.agenda_id], "visit": row}
        for row in visits
    ]
    context = {
        "query": query,
        "rows": rows,
        "outcomes": [(str(one), VERBS[one]) for one in OUTCOMES],
        "back": query.url(vue="jour"),
        "several": len(query.shown) > 1,
    }
    return render(request, "desk/agenda_close_day.html", context)


def way_back(request: HttpRequest) -> str:
    """The page of ours that the form came from, else the agenda."""
    wanted = request.POST.get("retour", "")
    if wanted.startswith("/cabinet/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("desk:agenda")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else None
