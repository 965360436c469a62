"""Opening hours: adding, changing and removing windows, each shown before it is saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.forms_setup_hours import FIELD_OF, OpeningForm, RemoveForm, opening_initial
from booking.hours import Hours
from booking.models import OpeningHours
from booking.recurrence import Frequency
from booking.selectors.hours import opening_arranged, rule_version
from booking.selectors.setup import agenda_to_set_up, offers_arranged
from booking.selectors.setup_drafts import Scope, changed_opening, new_openings, removed_opening
from booking.selectors.setup_visits import zone_of
from booking.services.opening import add_opening, change_occurrence, change_opening, remove_opening
from booking.services.opening_series import change_opening_from, end_opening, remove_occurrence
from booking.setup_words import clock_words, repeats_words
from booking.views.desk.setup_weighing import Weighed, weigh
from core import clock
from core.access import Space, access
from core.idempotency import claim_of
from practitioners.models import Agenda, AgendaReason

PRACTICE = {Space.PRACTICE}


@access(resource="booking.openinghours", action="manage", spaces=PRACTICE)
@require_http_methods(["GET", "POST"])
def opening_add(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A new window of an agenda."""
    agenda = agenda_to_set_up(request.actor, uid)
    offers = offers_arranged([agenda])[agenda.pk]
    today = clock.today(zone_of(agenda))
    start = {"starts_on": today, "frequency": Frequency.WEEKLY, "start_time": "09:00", "end_time": "12:00"}
    form = OpeningForm(request.POST or None, row=None, offers=offers, initial=start)
    weighed = weigh(
        request,
        form,
        agenda=agenda,
        fields=FIELD_OF,
        draft=lambda: new_openings(form.wanted(), offers=_ids(offers)),
        save=lambda: add_opening(
            actor=request.actor,
            agenda=uid,
            fields=form.wanted(),  # type: ignore[arg-type]
            claim=claim_of(request),
        ),
    )
    if weighed.saved:
        messages.success(request, _("La plage est ouverte."))
        return redirect("desk:setup_agenda", uid=uid)
    return _page(request, agenda, form, weighed, title=_("Ouvrir une plage"))


@access(resource="booking.openinghours", action="manage", spaces=PRACTICE)
@require_http_methods(["GET", "POST"])
def opening(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A window: all its dates, those from one on, or one of them."""
    row = opening_arranged(request.actor, uid)
    agenda = agenda_to_set_up(request.actor, row.agenda.uid)
    offers = offers_arranged([agenda])[agenda.pk]
    form = OpeningForm(request.POST or None, row=row, offers=offers, initial=opening_initial(row))
    weighed = weigh(
        request,
        form,
        agenda=agenda,
        version=rule_version(row),
        fields=FIELD_OF,
        draft=lambda: changed_opening(
            row, form.wanted(), scope=form.chosen_scope, day=form.chosen_day, offers=_ids(offers)
        ),
        save=_saver(request, uid, form),
    )
    if weighed.saved:
        messages.success(request, _("Les heures sont changées. Les rendez-vous déjà pris restent à leur heure."))
        return redirect("desk:setup_agenda", uid=agenda.uid)
    if weighed.stale:
        form = OpeningForm(row=row, offers=offers, initial=opening_initial(row))
    return _page(request, agenda, form, weighed, title=_("Modifier une plage"), row=row)


def _saver(request: HttpRequest, uid: UUID, form: OpeningForm) -> Callable[[], Any]:
    def save() -> None:
        more: dict[str, Any] = {"actor": request.actor, "opening": uid, "changes": form.wanted()}
        more["expected"] = request.POST.get("version", "")
        if form.chosen_scope == Scope.ONE:
            change_occurrence(day=form.chosen_day, claim=claim_of(request), **more)
        elif form.chosen_scope == Scope.FROM:
            change_opening_from(day=form.chosen_day, claim=claim_of(request), **more)
        else:
            change_opening(**more)

    return save


@access(resource="booking.openinghours", action="manage", spaces=PRACTICE)
@require_http_methods(["GET", "POST"])
def opening_remove(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Takes away a window, one of its dates, or all from a date on."""
    row = opening_arranged(request.actor, uid)
    agenda = agenda_to_set_up(request.actor, row.agenda.uid)
    is_series = row.frequency != Frequency.ONCE
    form = RemoveForm(request.POST or None, is_series=is_series, initial={"version": rule_version(row)})

    def save() -> None:
        about: dict[str, Any] = {"actor": request.actor, "opening": uid, "expected": request.POST.get("version", "")}
        if form.chosen_scope == Scope.ONE:
            remove_occurrence(day=form.chosen_day, **about)
        elif form.chosen_scope == Scope.FROM:
            end_opening(day=form.chosen_day, **about)
        else:
            remove_opening(**about)

    weighed = weigh(
        request,
        form,
        agenda=agenda,
        version=rule_version(row),
        fields=FIELD_OF,
        draft=lambda: removed_opening(row, scope=form.chosen_scope, day=form.chosen_day),
        save=save,
    )
    if weighed.saved:
        messages.success(request, _("C’est retiré. Les rendez-vous déjà pris restent à leur heure."))
        return redirect("desk:setup_agenda", uid=agenda.uid)
    if weighed.stale:
        form = RemoveForm(is_series=is_series, initial={"version": rule_version(row)})
    return _page(request, agenda, form, weighed, title=_("Retirer une plage"), row=row, removing=True)


def _ids(offers: list[AgendaReason]) -> dict[UUID, int]:
    return {offer.visit_reason.uid: offer.pk for offer in offers}


def _page(
    request: HttpRequest,
    agenda: Agenda,
    form: Any,
    weighed: Weighed,
    *,
    title: str,
    row: OpeningHours | None = None,
    removing: bool = False,
) -> HttpResponse:
    words = ""
    if row is not None:
        hours = Hours.of(row)
        words = f"{repeats_words(hours)}, {clock_words(row.start_time, row.end_time, row.span_days)}"
    context = {
        "agenda": agenda,
        "form": form,
        "weighed": weighed,
        "title": title,
        "row": row,
        "words": words,
        "removing": removing,
    }
    return render(request, "desk/setup_opening.html", context, status=weighed.status)
