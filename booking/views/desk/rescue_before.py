"""Before a sick practitioner's days are closed: which days and places, whom that touches, what would be kept; then the act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from booking.forms_rescue import CloseDayForm
from booking.models import Appointment
from booking.selectors.rescue import colleagues_of, places_of, preview, visits_of_days
from booking.services.rescue import DAYS_AT_ONCE, close_sick_days
from core import clock
from core.exceptions import DomainError
from core.idempotency import claim_of
from practitioners.models import Agenda


@dataclass(frozen=True)
class _Span:
    """The days and places that the page is about."""

    first_day: date
    last_day: date
    places: Sequence[Agenda]

    @property
    def mark(self) -> str:
        return f"{self.last_day.isoformat()}/{len(self.places)}"

    @property
    def days(self) -> set[date]:
        return {self.first_day + timedelta(days=number) for number in range((self.last_day - self.first_day).days + 1)}


def _span(request: HttpRequest, at: date, places: Sequence[Agenda]) -> _Span:
    """What the form asks for, or the address (`jusquau`, `lieux`); a last day out of reach is the first one."""
    sent = request.POST if request.method == "POST" else request.GET
    last = _date_or(sent.get("last_day") or sent.get("jusquau") or "", at)
    everywhere = bool(sent.get("everywhere") or sent.get("lieux"))
    if not at <= last < at + timedelta(days=DAYS_AT_ONCE):
        last = at
    return _Span(at, last, places if everywhere else places[:1])


def before(request: HttpRequest, place: Agenda, at: date) -> HttpResponse:
    """The page before the days are closed, and the act itself."""
    actor, now, zone = request.actor, clock.now(), ZoneInfo(place.location.timezone)
    places = places_of(actor, place)
    span, colleagues = _span(request, at, places), colleagues_of(actor, place)
    visits = visits_of_days(actor, span.places, span.first_day, span.last_day, now=now)
    form = _form(request, span, places, colleagues, visits, zone=zone, now=now)
    ends_at, asked, each, refusal = _default_end(now, zone), [], 3, None
    if form.is_bound and form.is_valid():
        ends_at, asked, each = form.ends_at, form.agreed, form.cleaned_data["each"]
        ranks = {uid: number for number, uid in enumerate(form.order)}
        visits = sorted(visits, key=lambda one: ranks[one.uid])
        # Days or places that nobody has looked at yet are shown first.
        if request.POST.get("act") == "close" and form.cleaned_data["seen"] in ("", span.mark):
            try:
                close_sick_days(
                    actor=actor, agendas=[one.uid for one in span.places], first_day=at, last_day=span.last_day,
                    ends_at=ends_at, order=form.order, colleagues=asked, slots_per_patient=each, claim=claim_of(request),
                )  # fmt: skip
            except DomainError as error:
                refusal = error
            else:
                messages.success(request, _closed_words(span))
                return redirect(page_of(place, at))
    agreed = [one for one in colleagues if one.uid in asked]
    lines = preview(actor, place, span.days, visits, ends_at=max(ends_at, now), colleagues=agreed, each=each)
    rows = [{"line": line, "rank": form[form.order_name(line.visit)]} for line in lines]
    context = {
        "agenda": place,
        "day": at,
        "last_day": span.last_day,
        "many": span.last_day != at or len(span.places) > 1,
        "seen": span.mark,
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


def _form(
    request: HttpRequest,
    span: _Span,
    places: Sequence[Agenda],
    colleagues: Sequence[Agenda],
    visits: Sequence[Appointment],
    *,
    zone: ZoneInfo,
    now: datetime,
) -> CloseDayForm:
    default = _default_end(now, zone)
    start = {
        "ends_on": default.date(),
        "ends_time": default.time(),
        "last_day": span.last_day,
        "everywhere": len(span.places) > 1,
    }
    return CloseDayForm(
        request.POST or None, zone=zone, colleagues=colleagues, visits=visits, places=places, initial=start
    )


def _closed_words(span: _Span) -> str:
    if len(span.days) == 1 and len(span.places) == 1:
        return _("La journée est fermée. Les patients sont prévenus dans cinq minutes.")
    return _("Ces journées sont fermées. Les patients sont prévenus dans cinq minutes.")


def _date_or(text: str, default: date) -> date:
    try:
        return parse_date(text) or default
    except ValueError:
        return default


def _default_end(now: datetime, zone: ZoneInfo) -> datetime:
    """This evening, or tomorrow noon once it is late; on the wall of the place."""
    wall = now.astimezone(zone)
    if wall.hour < 18:
        return wall.replace(hour=20, minute=0, second=0, microsecond=0)
    return clock.combine(wall.date() + timedelta(days=1), time(12), zone).astimezone(zone)


def page_of(agenda: Agenda, at: date) -> str:
    return reverse("desk:rescue", args=[agenda.uid, at.isoformat()])
