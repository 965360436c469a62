"""The first-time guide: reasons from the catalogue, a typical week, then the opening online."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.forms_setup import KindsForm, WeekForm
from booking.forms_setup_hours import FIELD_OF
from booking.selectors.availability import availability
from booking.selectors.setup import AgendaState, agenda_states, agenda_to_set_up, agendas_arranged
from booking.selectors.setup_reasons import kinds_for
from booking.selectors.setup_visits import zone_of
from booking.services.opening_series import add_openings
from booking.setup_presentation import checklist
from core import clock
from core.access import Space, access
from core.exceptions import DomainError
from core.idempotency import claim_of
from practitioners.services.agendas import change_agenda
from practitioners.services.reason_templates import adopt_kinds

PRACTICE = {Space.PRACTICE}
REASONS, WEEK, ONLINE = 1, 2, 3
LOOKED_AHEAD = 14
HALF_DAY_FIELD = {"end_time": "morning_end", "starts_on": "weekdays"}


@access(resource="practitioners.agenda", action="arrange", spaces=PRACTICE)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Goes to the guide of the first agenda that is not ready; else to the set-up."""
    states = agenda_states(request.actor, agendas_arranged(request.actor))
    for state in states:
        if not state.is_begun:
            return redirect("desk:setup_start_agenda", uid=state.agenda.uid)
    return redirect("desk:setup" if states else "desk:setup_agenda_add")


@access(resource="practitioners.agenda", action="arrange", spaces=PRACTICE)
@require_http_methods(["GET", "POST"])
def guide(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The step that comes next for this agenda; each one is written when it is sent."""
    agenda = agenda_to_set_up(request.actor, uid)
    (state,) = agenda_states(request.actor, [agenda])
    step = _step(state)
    form, status = _form(request, state, step), 200
    if request.method == "POST" and request.POST.get("step") != str(step):
        # Sent from a page that is behind, or ahead: show where one is.
        return redirect("desk:setup_start_agenda", uid=uid)
    if request.method == "POST":
        status = 422
        if form is None or form.is_valid():
            try:
                _write(request, uid, step, form)
            except DomainError as refusal:
                status = refusal.status
                name = HALF_DAY_FIELD.get(FIELD_OF.get(refusal.code, ""))
                if form is None:
                    messages.warning(request, str(refusal.message))
                else:
                    form.add_error(name if name in form.fields else None, str(refusal.message))
            else:
                return _onward(request, uid, step)
    context = {
        "agenda": agenda,
        "state": state,
        "step": step,
        "form": form,
        "checklist": checklist(state),
        "days": _first_hours(state) if step == ONLINE else [],
    }
    return render(request, "desk/setup_start.html", context, status=status)


def _step(state: AgendaState) -> int:
    if not state.offers:
        return REASONS
    return WEEK if not state.openings else ONLINE


def _form(request: HttpRequest, state: AgendaState, step: int) -> Any:
    if step == REASONS:
        return KindsForm(request.POST or None, kinds=kinds_for(state.agenda))
    return WeekForm(request.POST or None) if step == WEEK else None


def _write(request: HttpRequest, uid: UUID, step: int, form: Any) -> None:
    if step == REASONS:
        adopt_kinds(actor=request.actor, agenda=uid, kinds=form.cleaned_data["kinds"], claim=claim_of(request))
    elif step == WEEK:
        today = clock.today(zone_of(agenda_to_set_up(request.actor, uid)))
        windows: Any = [{**window, "starts_on": today} for window in form.windows()]
        add_openings(actor=request.actor, agenda=uid, windows=windows, claim=claim_of(request))
    else:
        change_agenda(actor=request.actor, agenda=uid, changes={"online": True})


def _onward(request: HttpRequest, uid: UUID, step: int) -> HttpResponse:
    if step == ONLINE:
        messages.success(request, _("L’agenda est ouvert à la réservation en ligne."))
        return redirect("desk:setup_agenda", uid=uid)
    return redirect("desk:setup_start_agenda", uid=uid)


def _first_hours(state: AgendaState) -> list[Any]:
    """The first days with free hours, as the public will see them."""
    slots = availability(state.online_offers[:1], first_day=None, days=LOOKED_AHEAD)
    return [(day, hours) for day, hours in slots.days if hours][:5]
