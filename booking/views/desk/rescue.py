"""Closing a sick practitioner's day, then following what its patients answer."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.enums import RescueAnswer
from booking.exceptions import Refusal
from booking.forms_rescue import GIVE_UP, TAKE, AnswerForm, CloseDayForm
from booking.models import Rescue
from booking.selectors.appointments import visit
from booking.selectors.rescue import agenda_of, colleagues_of, preview, progress, rescue_of_day, visits_of_day
from booking.services._history import TELL_AFTER
from booking.services._rescue import RescueRefused
from booking.services.rescue import close_sick_day
from booking.services.rescue_answers import decline_offer, give_up_visit, take_offer
from booking.services.rescue_end import end_rescue, undo_rescue
from core import clock
from core.access import Space, access
from core.exceptions import DomainError, NotForYou
from core.forms import new_form_token
from core.idempotency import claim_of
from practitioners.models import Agenda

WAITING = (RescueAnswer.WAITING, RescueAnswer.TO_CALL)


@access(resource="booking.rescue", action={"GET": "manage", "POST": "create"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "POST"])
def day(request: HttpRequest, agenda: UUID, day: str) -> HttpResponse:
    """Before: the visits of the day and what would be kept. After: how far each patient is."""
    at = _date(day)
    place = agenda_of(request.actor, agenda)
    found = rescue_of_day(request.actor, place, at)
    if found is not None and (found.closed_at is None or request.method == "GET"):
        return render(request, "desk/rescue_progress.html", _following(found, place))
    return _before(request, place, at)


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


def _before(request: HttpRequest, place: Agenda, at: date) -> HttpResponse:
    actor, now, zone = request.actor, clock.now(), ZoneInfo(place.location.timezone)
    visits, colleagues = visits_of_day(actor, place, at, now=now), colleagues_of(actor, place)
    default = _default_end(now, zone)
    start = {"ends_on": default.date(), "ends_time": default.time()}
    form = CloseDayForm(request.POST or None, zone=zone, colleagues=colleagues, visits=visits, initial=start)
    ends_at, asked, each, refusal = default, [], 3, None
    if form.is_bound and form.is_valid():
        ends_at, asked, each = form.ends_at, form.agreed, form.cleaned_data["each"]
        ranks = {uid: number for number, uid in enumerate(form.order)}
        visits = sorted(visits, key=lambda one: ranks[one.uid])
        if request.POST.get("act") == "close":
            try:
                close_sick_day(
                    actor=actor, agenda=place.uid, day=at, ends_at=ends_at, order=form.order, colleagues=asked,
                    slots_per_patient=each, claim=claim_of(request),
                )  # fmt: skip
            except DomainError as error:
                refusal = error
            else:
                messages.success(request, _("La journée est fermée. Les patients sont prévenus dans cinq minutes."))
                return redirect(_page_of(place, at))
    agreed = [one for one in colleagues if one.uid in asked]
    lines = preview(actor, place, at, visits, ends_at=max(ends_at, now), colleagues=agreed, each=each)
    rows = [{"line": line, "rank": form[form.order_name(line.visit)]} for line in lines]
    context = {
        "agenda": place,
        "day": at,
        "zone": place.location.timezone,
        "form": form,
        "refusal": refusal,
        "rows": rows,
        "found": sum(len(line.kept) for line in lines),
        "without": sum(not line.kept for line in lines),
        "to_call": sum(line.to_call for line in lines),
    }
    status = refusal.status if refusal else (422 if form.is_bound and not form.is_valid() else 200)
    return render(request, "desk/rescue.html", context, status=status)


def _following(found: Rescue, place: Agenda) -> dict[str, Any]:
    lines, now = progress(found), clock.now()
    states = [line.state for line in lines]
    return {
        "agenda": place,
        "rescue": found,
        "day": found.day,
        "zone": place.location.timezone,
        "lines": [
            {"line": line, "open": line.offer.answer in WAITING and line.visit.is_open, "token": new_form_token()}
            for line in lines
        ],
        "taken": states.count(RescueAnswer.TAKEN),
        "waiting": states.count(RescueAnswer.WAITING),
        "calls": sum(line.to_call for line in lines),
        "kept": sum(len(line.holds) for line in lines),
        "is_open": found.closed_at is None,
        "told_at": found.created_at + TELL_AFTER,
        "may_undo": found.closed_at is None and now < found.created_at + TELL_AFTER,
    }


def _date(text: str) -> date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise NotForYou
    return found


def _default_end(now: datetime, zone: ZoneInfo) -> datetime:
    """This evening, or tomorrow noon once it is late; on the wall of the place."""
    wall = now.astimezone(zone)
    if wall.hour < 18:
        return wall.replace(hour=20, minute=0, second=0, microsecond=0)
    return clock.combine(wall.date() + timedelta(days=1), time(12), zone).astimezone(zone)


def _page(found: Rescue) -> str:
    return _page_of(found.agenda, found.day)


def _page_of(agenda: Agenda, at: date) -> str:
    return reverse("desk:rescue", args=[agenda.uid, at.isoformat()])


def _safe_page(request: HttpRequest) -> str:
    """The rescue the act was asked from, by its agenda and day; else the tasks."""
    try:
        return reverse(
            "desk:rescue", args=[UUID(request.POST.get("agenda", "")), _date(request.POST.get("day", "")).isoformat()]
        )
    except (ValueError, NotForYou):
        return reverse("desk:tasks")
