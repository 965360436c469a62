"""What the grid's script asks for: moving, stretching, keeping a time, undoing. Answers in JSON, refusals included.

A move without `confirme` changes nothing and answers the question to ask first.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from functools import wraps
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, JsonResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.models import AppointmentChange
from booking.selectors.desk_agenda import agenda_run, visit_at_desk
from booking.selectors.reach import who_cannot_be_told
from booking.services.desk import hold_at_desk, move_at_desk, stretch_at_desk, undo_change
from booking.views.desk.agenda_grid_words import move_question, refusal_words, stretch_question
from core import clock
from core.access import Space, access
from core.exceptions import DomainError, NotForYou

Act = Callable[..., JsonResponse]
TELL = {"1": True, "0": False}


def told(act: Act) -> Act:
    """Answers a refusal as JSON, with the sentence to say and the next free starts."""

    @wraps(act)
    def view(request: HttpRequest, *args: object, **kwargs: object) -> JsonResponse:
        try:
            return act(request, *args, **kwargs)
        except DomainError as refusal:
            answer = {"code": refusal.code, "message": refusal_words(refusal), **refusal.details}
            return JsonResponse(answer, status=refusal.status)

    return view


@access(resource="booking.appointment", action="change", spaces={Space.PRACTICE})
@require_POST
@told
def move(request: HttpRequest, uid: UUID) -> JsonResponse:
    """Moves a visit to the wall time `debut` of `agenda`; asks first."""
    visit = visit_at_desk(request.actor, uid)
    agenda = agenda_run(request.actor, _key(request, "agenda"))
    start = _instant(request, "debut", agenda.location.timezone)
    if not request.POST.get("confirme"):
        untold = bool(who_cannot_be_told(request.actor, [visit]))
        return JsonResponse({"question": move_question(visit, agenda, start, untold=untold, now=clock.now())})
    change = move_at_desk(
        actor=request.actor,
        appointment=uid,
        start=start,
        agenda=agenda.uid,
        tell_now=TELL.get(request.POST.get("prevenir", "")),
        expected_revision=_revision(request),
    )
    return _done(change, _("Rendez-vous déplacé."))


@access(resource="booking.appointment", action="change", spaces={Space.PRACTICE})
@require_POST
@told
def stretch(request: HttpRequest, uid: UUID) -> JsonResponse:
    """Gives a visit the end `fin`; asks first."""
    visit = visit_at_desk(request.actor, uid)
    end = _instant(request, "fin", visit.agenda.location.timezone)
    if not request.POST.get("confirme"):
        untold = bool(who_cannot_be_told(request.actor, [visit]))
        return JsonResponse({"question": stretch_question(visit, end, untold=untold, now=clock.now())})
    change = stretch_at_desk(
        actor=request.actor,
        appointment=uid,
        end=end,
        tell_now=TELL.get(request.POST.get("prevenir", "")),
        expected_revision=_revision(request),
    )
    return _done(change, _("Durée changée."))


@access(resource="booking.appointment", action="create", spaces={Space.PRACTICE})
@require_POST
@told
def hold(request: HttpRequest) -> JsonResponse:
    """Keeps the time selected for five minutes, and says where it is booked."""
    agenda = agenda_run(request.actor, _key(request, "agenda"))
    zone = agenda.location.timezone
    start, end = _instant(request, "debut", zone), _instant(request, "fin", zone)
    held = hold_at_desk(actor=request.actor, agenda=agenda.uid, start=start, end=end)
    minutes = int((held.end_at - held.start_at).total_seconds() // 60)
    words = {"agenda": agenda.uid, "debut": start.isoformat(), "garde": held.uid, "duree": minutes}
    try:
        url = f"{reverse('desk:book')}?{urlencode(words)}"
    except NoReverseMatch:
        url = ""
    return JsonResponse({"hold": str(held.uid), "until": (held.expires_at or held.end_at).isoformat(), "url": url})


@access(resource="booking.appointment", action="change", spaces={Space.PRACTICE})
@require_POST
@told
def undo(request: HttpRequest, uid: UUID) -> JsonResponse:
    """Takes a change back before anybody is told."""
    undo_change(actor=request.actor, change=uid)
    return JsonResponse({"done": _("C’est rétabli. Personne n’a été prévenu.")})


def _done(change: AppointmentChange, said: str) -> JsonResponse:
    undo_url = reverse("desk:grid_undo", args=[change.uid]) if change.pk else ""
    return JsonResponse({"done": said, "undo": undo_url})


def _instant(request: HttpRequest, name: str, zone: str) -> datetime:
    """A wall time of a place ("2026-11-24T09:40"). Raises `invalid_value`."""
    try:
        day, _t, hour = request.POST.get(name, "").partition("T")
        return clock.combine(date.fromisoformat(day), time.fromisoformat(hour), ZoneInfo(zone))
    except (ValueError, OverflowError) as error:
        raise DomainError("invalid_value", _("Cette heure n’existe pas."), status=422) from error


def _key(request: HttpRequest, name: str) -> UUID:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError as error:
        raise NotForYou from error


def _revision(request: HttpRequest) -> int | None:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
