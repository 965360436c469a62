"""Closing a sick practitioner's days, then following what its patients answer."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.enums import RescueAnswer
from booking.exceptions import Refusal
from booking.forms_rescue import GIVE_UP, TAKE, AnswerForm
from booking.models import Rescue
from booking.selectors.appointments import visit
from booking.selectors.rescue import agenda_of
from booking.selectors.rescue_progress import linked_rescues, progress, rescue_of_day
from booking.services._history import TELL_AFTER
from booking.services._rescue import RescueRefused
from booking.services.rescue_answers import decline_offer, give_up_visit, take_offer
from booking.services.rescue_end import end_rescue, undo_rescue
from booking.views.desk.agenda_query import day_of
from booking.views.desk.rescue_before import before, page_of
from core import clock
from core.access import Space, access
from core.exceptions import NotForYou
from core.forms import new_form_token
from core.idempotency import claim_of
from practitioners.models import Agenda

WAITING = (RescueAnswer.WAITING, RescueAnswer.TO_CALL)


@access(resource="booking.rescue", action={"GET": "manage", "POST": "create"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "POST"])
def day(request: HttpRequest, agenda: UUID, day: str) -> HttpResponse:
    """Before: the visits of the day, or of the days up to another, and what would be kept. After: how far each patient is."""
    at = _date(day)
    place = agenda_of(request.actor, agenda)
    found = rescue_of_day(request.actor, place, at)
    if found is not None and (found.closed_at is None or request.method == "GET"):
        return render(request, "desk/rescue_progress.html", _following(found, place))
    return before(request, place, at)


@access(resource="booking.rescue", action="change", spaces={Space.PRACTICE})
@require_POST
def end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Free what nobody took, now."""
    found = end_rescue(actor=request.actor, rescue=uid)
    messages.success(request, _("Les propositions sont terminées, les heures restantes sont libres."))
    return redirect(_page(found))


@access(resource="booking.rescue", action="change", spaces={Space.PRACTICE})
@require_POST
def undo(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take everything back while nobody knows of it."""
    try:
        undo_rescue(actor=request.actor, rescue=uid)
    except RescueRefused as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("La journée est rouverte, personne n’a été prévenu."))
    return redirect(_safe_page(request))


@access(resource="booking.appointment", action="change", spaces={Space.PRACTICE})
@require_POST
def answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What a patient answers on the phone."""
    visit(request.actor, uid)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choisissez une heure."))
        return redirect(_safe_page(request))
    given, claim = form.cleaned_data["answer"], claim_of(request)
    try:
        if given == TAKE:
            take_offer(actor=request.actor, appointment=uid, hold=form.cleaned_data["hold"], claim=claim)
            said = _("Le rendez-vous est déplacé.")
        elif given == GIVE_UP:
            give_up_visit(actor=request.actor, appointment=uid, claim=claim)
            said = _("Le rendez-vous est annulé.")
        else:
            decline_offer(actor=request.actor, appointment=uid, claim=claim)
            said = _("C’est noté : aucune heure ne convient.")
    except (Refusal, RescueRefused) as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, said)
    return redirect(_safe_page(request))


def _following(found: Rescue, place: Agenda) -> dict[str, Any]:
    """How far the patients of all the days of the act are."""
    linked = linked_rescues(found)
    lines, now = progress(linked), clock.now()
    states = [line.state for line in lines]
    return {
        "agenda": place,
        "rescue": found,
        "day": linked[0].day,
        "last_day": linked[-1].day,
        "many": len(linked) > 1,
        "page_day": found.day,
        "zone": place.location.timezone,
        "lines": [
            {"line": line, "open": line.offer.answer in WAITING and line.visit.is_open, "token": new_form_token()}
            for line in lines
        ],
        "taken": states.count(RescueAnswer.TAKEN),
        "waiting": states.count(RescueAnswer.WAITING),
        "calls": sum(line.to_call for line in lines),
        "kept": sum(len(line.holds) for line in lines),
        "is_open": any(one.closed_at is None for one in linked),
        "told_at": found.created_at + TELL_AFTER,
        "may_undo": all(one.closed_at is None for one in linked) and now < found.created_at + TELL_AFTER,
    }


def _date(text: str) -> date:
    found = day_of(text)
    if found is None:
        raise NotForYou
    return found


def _page(found: Rescue) -> str:
    return page_of(found.agenda, found.day)


def _safe_page(request: HttpRequest) -> str:
    """The rescue the act was asked from, by its agenda and day; else the tasks."""
    try:
        return reverse(
            "desk:rescue", args=[UUID(request.POST.get("agenda", "")), _date(request.POST.get("day", "")).isoformat()]
        )
    except (ValueError, NotForYou):
        return reverse("desk:tasks")
