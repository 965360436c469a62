"""Moving a visit at the desk: the next free hours, or any date and hour. The full way by keyboard, without the grid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.forms_desk import MoveAtDeskForm
from booking.models import Appointment
from booking.presentation import slot_value
from booking.selectors.appointments import visit as visit_of
from booking.selectors.desk_slots import desk_offers, next_at_desk
from booking.selectors.reach import who_cannot_be_told
from booking.services.desk import move_at_desk
from booking.views.desk.visits import again, is_late, said, status_of
from core import clock
from core.access import Space, access, may
from core.exceptions import DomainError
from core.idempotency import claim_of
from practitioners.models import AgendaReason

HOURS = 8


@access(resource="booking.appointment", action={"GET": "read", "POST": "change"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Choose another time, with the same practitioner or another one of the practice who offers the reason."""
    visit = visit_of(request.actor, uid)
    zone = visit.agenda.location.timezone
    offers = list(desk_offers(request.actor, visit_reasons=[visit.visit_reason.uid]))
    form = MoveAtDeskForm(request.POST or None, initial=_initial(visit))
    form.fields["agenda"].choices = _agendas(visit, offers)  # type: ignore[attr-defined]
    refusal = None
    if request.method == "POST" and form.is_valid():
        agenda, start = _wanted(visit, form.cleaned_data, offers)
        try:
            move_at_desk(
                actor=request.actor,
                appointment=uid,
                start=start,
                agenda=agenda,
                overbook=form.cleaned_data["overbook"],
                tell_now=form.tell_now,
                expected_revision=form.cleaned_data["revision"],
                claim=claim_of(request),
            )
        except DomainError as error:
            refusal = error
            again(form)
        else:
            messages.success(request, _("Le rendez-vous est déplacé."))
            return redirect("desk:visit", uid=uid)
    slots = next_at_desk(offers, count=HOURS, length=visit.duration, exclude=visit.pk)
    context = {
        "visit": visit,
        "zone": zone,
        "form": form,
        "refusal": refusal,
        "said": said(refusal) if refusal else "",
        "hours": [(slot_value(slot), slot) for slot in slots if slot.start != visit.start_at],
        "chosen": form.data.get("slot", "") if form.is_bound else "",
        "ask_when": is_late(visit) or (refusal is not None and refusal.code == "confirm_late_change"),
        "ask_overbook": refusal is not None
        and refusal.code == "slot_taken"
        and may(request.actor, "overbook", visit.agenda),
        "untold": who_cannot_be_told(request.actor, [visit]),
    }
    return render(request, "desk/visit_move.html", context, status=status_of(form, refusal))


def _initial(visit: Appointment) -> dict[str, Any]:
    wall = visit.start_at.astimezone(ZoneInfo(visit.agenda.location.timezone))
    return {
        "revision": visit.revision,
        "agenda": str(visit.agenda.uid),
        "day": wall.date(),
        "hour": wall.time(),
    }


def _agendas(visit: Appointment, offers: Sequence[AgendaReason]) -> list[tuple[str, str]]:
    """Those that offer the reason, and the visit's own."""
    agendas = {str(offer.agenda.uid): offer.agenda for offer in offers}
    agendas.setdefault(str(visit.agenda.uid), visit.agenda)
    return [(uid, f"{agenda.practitioner.display_name}, {agenda.location.name}") for uid, agenda in agendas.items()]


def _wanted(visit: Appointment, cleaned: dict[str, Any], offers: Sequence[AgendaReason]) -> tuple[UUID, datetime]:
    """The proposed hour, else the date and hour written, on the clock of the agenda's place."""
    if cleaned.get("slot"):
        return cleaned["slot"]
    uid = UUID(cleaned["agenda"]) if cleaned["agenda"] else visit.agenda.uid
    zones = {offer.agenda.uid: offer.agenda.location.timezone for offer in offers}
    zone = ZoneInfo(zones.get(uid, visit.agenda.location.timezone))
    return uid, clock.combine(cleaned["day"], cleaned["hour"], zone)
