"""Announcing a delay of an agenda: who will be told is shown before anything leaves; and « à l'heure »."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from booking.forms_late import WINDOW_WORDS, LateForm
from booking.selectors.desk_agenda import agenda_run
from booking.selectors.late import HALF_DAY, WINDOWS, late_visits, notice_of_day, window_end
from booking.services.late import announce_delay, withdraw_delay
from core import clock
from core.access import Space, access
from core.exceptions import DomainError
from core.forms import with_new_token
from core.idempotency import claim_of
from practitioners.models import Agenda


@access(resource="booking.appointment", action={"GET": "read", "POST": "change"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "POST"])
def late(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The minutes, the window and who would be told; then the act."""
    place = agenda_run(request.actor, uid)
    form = LateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            notice = announce_delay(
                actor=request.actor,
                agenda=uid,
                minutes=form.cleaned_data["minutes"],
                window=form.cleaned_data["fenetre"],
                claim=claim_of(request),
            )
        except DomainError as refusal:
            form = LateForm(with_new_token(request))
            form.is_valid()
            form.add_error(None, str(refusal.message))
        else:
            told = notice.lines.filter(to_call=False).count()
            messages.success(
                request,
                ngettext("%(n)d patient est prévenu.", "%(n)d patients sont prévenus.", told) % {"n": told},
            )
            if notice.lines.filter(to_call=True).exists():
                messages.warning(request, _("Des patients sont à appeler : ils sont dans les tâches."))
            return redirect("desk:agenda")
    status = 422 if form.is_bound else 200
    return render(request, "desk/late.html", _context(request, place, form), status=status)


@access(resource="booking.appointment", action="change", spaces={Space.PRACTICE})
@require_POST
def on_time(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ends the delay announced today."""
    try:
        withdraw_delay(actor=request.actor, agenda=uid)
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(
            request, _("À l’heure : les patients prévenus le savent, et ce qui restait à envoyer ne part pas.")
        )
    return redirect("desk:agenda")


def _context(request: HttpRequest, agenda: Agenda, form: LateForm) -> dict[str, Any]:
    now = clock.now()
    window = form["fenetre"].value() if form.is_bound else request.GET.get("fenetre", HALF_DAY)
    window = window if window in WINDOWS else HALF_DAY
    if not form.is_bound:
        form.initial = {"fenetre": window, "minutes": _minutes(request.GET.get("minutes", ""))}
    until = window_end(window, agenda, now)
    expected = late_visits(request.actor, agenda, until=until, now=now)
    return {
        "agenda": agenda,
        "window": window,
        "windows": [{"value": value, "word": WINDOW_WORDS[value]} for value in WINDOWS],
        "form": form,
        "until": until,
        "zone": agenda.location.timezone,
        "standing": notice_of_day(agenda, now),
        "told": [one for one in expected if one.may_tell and not one.to_call],
        "calls": [one for one in expected if one.to_call],
        "spared": [one for one in expected if not one.may_tell and not one.to_call],
    }


def _minutes(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 5 <= int(text[:4]) <= 120 and len(text) < 4 else 25
