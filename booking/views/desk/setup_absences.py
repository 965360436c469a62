"""Absences: adding, changing and taking them back. Over visits, a decision is asked before anything is saved."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.forms_setup_absence import DECISIONS, REPLACE, AbsenceForm, absence_initial
from booking.forms_setup_hours import FIELD_OF, RemoveForm
from booking.hours import Hours
from booking.models import Absence
from booking.recurrence import Frequency
from booking.selectors.hours import absence_arranged, rule_version
from booking.selectors.setup import agenda_to_set_up
from booking.selectors.setup_drafts import changed_absence, new_absence, removed_absence
from booking.selectors.setup_visits import zone_of
from booking.selectors.what_if import Consequences
from booking.services.absences import add_absence, change_absence, remove_absence
from booking.setup_words import absence_words
from booking.views.desk.setup_weighing import Weighed, weigh
from core import clock
from core.access import Space, access
from core.idempotency import claim_of
from core.ui.navigation import exists
from practitioners.models import Agenda

PRACTICE = {Space.PRACTICE}
FIELDS = {**FIELD_OF, "once_is_one_day": "until", "span_out_of_range": "until"}


@access(resource="booking.absence", action="manage", spaces=PRACTICE)
@require_http_methods(["GET", "POST"])
def absence_add(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A new absence of an agenda."""
    agenda = agenda_to_set_up(request.actor, uid)
    start = {"starts_on": clock.today(zone_of(agenda)), "frequency": Frequency.ONCE, "whole_days": True}
    form = AbsenceForm(request.POST or None, initial=start)
    weighed = weigh(
        request,
        form,
        agenda=agenda,
        fields=FIELDS,
        draft=lambda: new_absence(_when(form)),
        save=lambda: add_absence(
            actor=request.actor,
            agenda=uid,
            fields=form.wanted(),  # type: ignore[arg-type]
            claim=claim_of(request),
        ),
        decide=lambda shown: _decided(form, agenda, shown),
    )
    if weighed.saved:
        return _after(request, agenda, form, weighed)
    return _page(request, agenda, form, weighed, title=_("Noter une absence"))


@access(resource="booking.absence", action="manage", spaces=PRACTICE)
@require_http_methods(["GET", "POST"])
def absence(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Another time, or another label, for an absence."""
    row = absence_arranged(request.actor, uid)
    agenda = agenda_to_set_up(request.actor, row.agenda.uid)
    form = AbsenceForm(request.POST or None, initial=absence_initial(row))
    weighed = weigh(
        request,
        form,
        agenda=agenda,
        version=rule_version(row),
        fields=FIELDS,
        draft=lambda: changed_absence(row, _when(form)),
        save=lambda: change_absence(
            actor=request.actor,
            absence=uid,
            changes=form.wanted(),  # type: ignore[arg-type]
            expected=request.POST.get("version", ""),
        ),
        decide=lambda shown: _decided(form, agenda, shown),
    )
    if weighed.saved:
        return _after(request, agenda, form, weighed)
    if weighed.stale:
        form = AbsenceForm(initial=absence_initial(row))
    return _page(request, agenda, form, weighed, title=_("Modifier une absence"), row=row)


@access(resource="booking.absence", action="manage", spaces=PRACTICE)
@require_http_methods(["GET", "POST"])
def absence_remove(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Takes an absence back: its time is offered again."""
    row = absence_arranged(request.actor, uid)
    agenda = agenda_to_set_up(request.actor, row.agenda.uid)
    form = RemoveForm(request.POST or None, is_series=False, initial={"version": rule_version(row)})
    weighed = weigh(
        request,
        form,
        agenda=agenda,
        version=rule_version(row),
        draft=lambda: removed_absence(row),
        save=lambda: remove_absence(actor=request.actor, absence=uid, expected=request.POST.get("version", "")),
    )
    if weighed.saved:
        messages.success(request, _("L’absence est retirée."))
        return redirect("desk:setup_agenda", uid=agenda.uid)
    if weighed.stale:
        form = RemoveForm(is_series=False, initial={"version": rule_version(row)})
    return _page(request, agenda, form, weighed, title=_("Retirer une absence"), row=row, removing=True)


def _when(form: AbsenceForm) -> dict[str, Any]:
    return {name: value for name, value in form.wanted().items() if name != "label"}


def _decided(form: AbsenceForm, agenda: Agenda, shown: Consequences) -> bool:
    """Whether somebody said what becomes of the visits under the absence; the question is put otherwise."""
    if not shown.visit_count or form.cleaned_data["decision"] in dict(_decisions(agenda, shown)):
        return True
    form.add_error("decision", _("Dites ce que deviennent ces rendez-vous."))
    return False


def _decisions(agenda: Agenda, shown: Consequences) -> list[tuple[str, Any]]:
    """What one may decide: the page where patients are offered another hour counts when it is there."""
    can_replace = bool(shown.visits) and exists(_replace_address(agenda, _first_day(shown)))
    return [choice for choice in DECISIONS if choice[0] != REPLACE or can_replace]


def _first_day(shown: Consequences) -> date:
    return clock.local_date(shown.visits[0].start, ZoneInfo(shown.timezone))


def _replace_address(agenda: Agenda, day: date) -> str:
    return f"/cabinet/replacer/{agenda.uid}/{day.isoformat()}/"


def _after(request: HttpRequest, agenda: Agenda, form: AbsenceForm, weighed: Weighed) -> HttpResponse:
    shown = weighed.consequences
    messages.success(request, _("L’absence est notée."))
    if shown is not None and shown.visits and form.cleaned_data["decision"] == REPLACE:
        last = clock.local_date(shown.visits[-1].start, ZoneInfo(shown.timezone))
        return redirect(f"{_replace_address(agenda, _first_day(shown))}?jusquau={last.isoformat()}")
    return redirect("desk:setup_agenda", uid=agenda.uid)


def _page(
    request: HttpRequest,
    agenda: Agenda,
    form: Any,
    weighed: Weighed,
    *,
    title: str,
    row: Absence | None = None,
    removing: bool = False,
) -> HttpResponse:
    shown = weighed.consequences
    if not removing:
        # Optional only for whole days, where they are not asked.
        form.fields["start_time"].required = form.fields["end_time"].required = True
    if "decision" in form.fields and shown is not None and shown.visit_count:
        form.fields["decision"].choices = _decisions(agenda, shown)
        form.fields["decision"].required = True
    context = {
        "agenda": agenda,
        "form": form,
        "weighed": weighed,
        "title": title,
        "row": row,
        "words": absence_words(Hours.of(row)) if row is not None else "",
        "removing": removing,
        "asks": shown is not None and bool(shown.visit_count) and "decision" in form.fields,
    }
    return render(request, "desk/setup_absence.html", context, status=weighed.status)
