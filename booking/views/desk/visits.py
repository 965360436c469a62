"""One visit at the desk: who, when, its history, and what can be done with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.desk_presentation import VERBS
from booking.desk_statuses import statuses_now
from booking.forms_desk import CancelAtDeskForm, NoteForm, StretchForm
from booking.models import Appointment
from booking.receipt_words import line_of
from booking.registry import panels_of
from booking.selectors.appointments import visit as visit_of
from booking.selectors.desk_referral import referral_received
from booking.selectors.history import history_of, undoable
from booking.selectors.reach import who_cannot_be_told
from booking.selectors.receipts import receipts_of
from booking.services.desk import cancel_at_desk, note_at_desk, stretch_at_desk, undo_change
from booking.visit_history import told_history
from core import clock
from core.access import Space, access, may
from core.exceptions import DomainError
from core.forms import new_form_token
from core.idempotency import FORM_FIELD, claim_of

LATE = timedelta(hours=2)


@access(resource="booking.appointment", action="read", spaces={Space.PRACTICE})
@require_safe
def show(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The panel of one visit."""
    return _panel(request, visit_of(request.actor, uid))


def _panel(
    request: HttpRequest, visit: Appointment, *, stretch: StretchForm | None = None, note: NoteForm | None = None
) -> HttpResponse:
    changes, now = list(history_of(request.actor, visit.uid)), clock.now()
    reads_notes = may(request.actor, "read_internal_note", visit)
    minutes = int(visit.duration.total_seconds() // 60)
    zone = visit.agenda.location.timezone
    context = {
        "visit": visit,
        "zone": zone,
        "minutes": minutes,
        "history": told_history(changes, zone),
        "receipts": [line_of(row, zone) for row in receipts_of(request.actor, visit)],
        "undo": undoable(changes, now),
        "statuses": [(str(one), VERBS[one]) for one in statuses_now(visit.status, visit.start_at, ZoneInfo(zone), now)],
        "may_change": visit.is_open and visit.end_at > now,
        "is_late": is_late(visit),
        "stretch": stretch or StretchForm(initial={"minutes": minutes, "revision": visit.revision}),
        "note": (note or NoteForm(initial={"note": visit.internal_note})) if reads_notes else None,
        "here": reverse("desk:visit", args=[visit.uid]),
        "referral": referral_received(visit),
        "panels": panels_of(request.actor, visit),
    }
    status = 422 if (stretch is not None and stretch.errors) or (note is not None and note.errors) else 200
    return render(request, "desk/visit.html", context, status=status)


def is_late(visit: Appointment) -> bool:
    """Whether the visit is so near that the desk says itself when to tell."""
    now = clock.now()
    return now <= visit.start_at < now + LATE


@access(resource="booking.appointment", action={"GET": "read", "POST": "change"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Asks first, naming who cannot be told, then cancels."""
    visit = visit_of(request.actor, uid)
    form = CancelAtDeskForm(request.POST or None, initial={"revision": visit.revision})
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            cancel_at_desk(
                actor=request.actor,
                appointment=uid,
                reason=form.cleaned_data["reason"],
                tell_now=form.tell_now,
                expected_revision=form.cleaned_data["revision"],
                claim=claim_of(request),
            )
        except DomainError as error:
            refusal = error
            again(form)
        else:
            messages.success(request, _("Le rendez-vous est annulé."))
            return redirect("desk:visit", uid=uid)
    context = {
        "visit": visit,
        "zone": visit.agenda.location.timezone,
        "form": form,
        "refusal": refusal,
        "ask_when": is_late(visit) or (refusal is not None and refusal.code == "confirm_late_change"),
        "untold": who_cannot_be_told(request.actor, [visit]),
    }
    return render(request, "desk/visit_cancel.html", context, status=status_of(form, refusal))


@access(resource="booking.appointment", action="change", spaces={Space.PRACTICE})
@require_POST
def stretch(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Gives the visit another length."""
    visit = visit_of(request.actor, uid)
    form = StretchForm(request.POST)
    if form.is_valid():
        try:
            stretch_at_desk(
                actor=request.actor,
                appointment=uid,
                end=visit.start_at + timedelta(minutes=form.cleaned_data["minutes"]),
                tell_now=form.tell_now,
                expected_revision=form.cleaned_data["revision"],
                claim=claim_of(request),
            )
        except DomainError as refusal:
            messages.warning(request, said(refusal))
        else:
            messages.success(request, _("La durée est changée."))
        return redirect("desk:visit", uid=uid)
    again(form)
    return _panel(request, visit, stretch=form)


@access(resource="booking.appointment", action="change", spaces={Space.PRACTICE})
@require_POST
def note(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Writes what the practice notes for itself."""
    visit = visit_of(request.actor, uid)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _panel(request, visit, note=form)
    note_at_desk(actor=request.actor, appointment=uid, note=form.cleaned_data["note"])
    messages.success(request, _("La note est enregistrée."))
    return redirect("desk:visit", uid=uid)


@access(resource="booking.appointment", action="change", spaces={Space.PRACTICE})
@require_POST
def undo(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Takes one change back, before anybody is told of it."""
    try:
        visit = undo_change(actor=request.actor, change=uid)
    except DomainError as refusal:
        messages.warning(request, said(refusal))
        return redirect(_own_page(request))
    messages.success(request, _("C’est rétabli. Personne n’a été prévenu."))
    return redirect("desk:visit", uid=visit.uid)


def _own_page(request: HttpRequest) -> str:
    """The page of the visit that the form names, else the agenda."""
    try:
        return reverse("desk:visit", args=[UUID(request.POST.get("visite", ""))])
    except ValueError:
        return reverse("desk:agenda")


def said(refusal: DomainError) -> str:
    """The sentence of a refusal, naming who changed the visit meanwhile."""
    name = refusal.details.get("by")
    sentence = str(refusal.message)
    return f"{sentence} {_('Dernier changement : %s.') % name}" if name else sentence


def again(form: Any) -> None:
    """A refused form may be sent again: it is another request."""
    form.data = form.data.copy()
    form.data[FORM_FIELD] = new_form_token()


def status_of(form: Any, refusal: DomainError | None) -> int:
    return refusal.status if refusal is not None else 422 if form.is_bound and form.errors else 200
