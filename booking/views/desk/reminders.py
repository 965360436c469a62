"""When the practice reminds its patients: every plan in sentences, and one of them with what it would do."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.forms_reminders import PlanForm, StepForm, lines_of, lines_sent
from booking.reminder_examples import MORNING, Example, example, usual_examples
from booking.reminder_sentences import sentences_of
from booking.reminders import DEFAULT, STEPS_AT_MOST, plan_of
from booking.selectors.reminder_levels import Level, reminder_level, reminder_levels
from booking.services.reminder_plans import PlanRefused, reset_plan, set_plan, version_of_plan
from core import clock
from core.access import Space, access
from core.exceptions import NotForYou

PRACTICE = {Space.PRACTICE}
PARIS = ZoneInfo("Europe/Paris")


@access(resource="booking.reminderplan", action="manage", spaces=PRACTICE)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every plan, in sentences."""
    levels = reminder_levels(request.actor)
    context = {
        "practice": _line(levels.practice),
        "agendas": [_line(level) for level in levels.agendas],
        "others": [_line(level) for level in levels.others],
        "reasons": levels.reasons,
    }
    return render(request, "desk/reminders.html", context)


@access(resource="booking.reminderplan", action="manage", spaces=PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """One plan: lines added, taken away, tried on a visit, kept; or its level's own plan forgotten."""
    level = reminder_level(request.actor, _uid(request, "agenda"), _uid(request, "motif"))
    named = {
        "agenda": level.agenda.uid if level.agenda else None,
        "visit_reason": level.visit_reason.uid if level.visit_reason else None,
    }
    version = version_of_plan(level.row)
    if request.method != "POST":
        start = {"version": version}
        return _page(request, level, PlanForm(initial=start), lines_of(level.plan))
    form, status = PlanForm(request.POST), 200
    lines = lines_sent(
        request.POST, without=request.POST.get("retirer", ""), more=request.POST.get("faire") == "ajouter"
    )
    sound = form.is_valid() and all(line.is_valid() for line in lines)
    try:
        if request.POST.get("faire") == "oublier" and form.is_valid():
            reset_plan(actor=request.actor, expected=form.cleaned_data["version"], **named)
            messages.success(request, _("Ces rappels suivent de nouveau le réglage commun."))
            return redirect("desk:reminders")
        if request.POST.get("faire") == "defaut":
            lines = lines_of(DEFAULT)
        elif request.POST.get("faire") == "enregistrer":
            status = 422
            if sound:
                steps = [line.row() for line in lines]
                set_plan(actor=request.actor, steps=steps, expected=form.cleaned_data["version"], **named)
                messages.success(request, _("Les rappels sont enregistrés. Ceux qui attendent les suivent."))
                return redirect("desk:reminders")
    except PlanRefused as refusal:
        status = refusal.status
        if refusal.code == "changed_meanwhile":
            fresh = PlanForm(initial={"version": version})
            return _page(request, level, fresh, lines_of(level.plan), status=status, stale=True)
        form.add_error(None, str(refusal.message))
    return _page(request, level, form, lines, status=status)


def _page(
    request: HttpRequest,
    level: Level,
    form: PlanForm,
    lines: list[StepForm],
    *,
    status: int = 200,
    stale: bool = False,
) -> HttpResponse:
    context = {
        "level": level,
        "form": form,
        "lines": lines,
        "full": len(lines) >= STEPS_AT_MOST,
        "stale": stale,
        "is_default": level.plan == DEFAULT,
        **_tried(level, form, lines),
    }
    return render(request, "desk/reminders_edit.html", context, status=status)


def _tried(level: Level, form: PlanForm, lines: list[StepForm]) -> dict[str, Any]:
    """The plan of the lines in sentences and on a few visits; nothing while a line is wrong."""
    try:
        plan = plan_of([line.row() if line.is_bound and line.is_valid() else _stored(line) for line in lines])
    except (KeyError, ValueError, AttributeError):
        return {"sentences": [], "examples": []}
    zone = ZoneInfo(level.agenda.location.timezone) if level.agenda else PARIS
    now = clock.now()
    examples: list[Example] = usual_examples(plan, now, zone)
    if form.is_bound and form.is_valid() and form.cleaned_data["day"]:
        wall = form.cleaned_data["wall"] or MORNING
        examples.insert(0, example(plan, form.cleaned_data["day"], wall, now, zone))
    return {"sentences": sentences_of(plan), "examples": examples}


def _stored(line: StepForm) -> dict[str, Any]:
    """The step of a line that shows what is kept, not what was sent."""
    if line.is_bound:
        raise ValueError("line")
    line.cleaned_data = dict(line.initial)
    return line.row()


def _line(level: Level) -> dict[str, Any]:
    return {"level": level, "own": level.row is not None, "sentences": sentences_of(level.plan)}


def _uid(request: HttpRequest, name: str) -> UUID | None:
    given = request.GET.get(name, "")
    if not given:
        return None
    try:
        return UUID(given)
    except ValueError as error:
        raise NotForYou from error
