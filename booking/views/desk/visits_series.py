"""A series of sessions: planned, each conflict solved with another hour, then put in one act."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from booking.exceptions import Refusal
from booking.forms_desk import SeriesForm, SeriesQuery
from booking.selectors.desk_slots import desk_offers
from booking.services.desk import Session, book_series, plan_series, sessions_every
from booking.views.desk.visits import again
from core import clock
from core.access import Space, access
from core.exceptions import NotForYou
from core.idempotency import claim_of
from patients.selectors.files import record_of
from practitioners.models import AgendaReason

SESSIONS, EVERY = 10, 7
FARTHEST = timedelta(days=1096)


@access(resource="booking.appointment", action={"GET": "read", "POST": "create"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "HEAD", "POST"])
def series(request: HttpRequest) -> HttpResponse:
    """The wished rhythm, then every session with what stands in its way, then all of them put."""
    query = SeriesQuery(request.POST if request.method == "POST" else request.GET).cleaned()
    if not query.get("fiche"):
        return redirect("desk:book")
    file = record_of(request.actor, query["fiche"])
    offers = list(desk_offers(request.actor))
    offer = _offer(offers, query)
    form = SeriesForm(request.POST or None, initial={"fiche": file.uid})
    sessions: list[Session] = []
    refusal: Refusal | None = None
    try:
        if request.method == "POST" and form.is_valid() and offer is not None:
            booked = book_series(
                actor=request.actor,
                record=file.uid,
                agenda=offer.agenda.uid,
                visit_reason=offer.visit_reason.uid,
                starts=_chosen(request),
                internal_note=form.cleaned_data["note"],
                claim=claim_of(request),
            )
            count = len(booked)
            messages.success(
                request, ngettext("%(n)d séance est posée.", "%(n)d séances sont posées.", count) % {"n": count}
            )
            return redirect("desk:visit", uid=booked[0].uid)
        if offer is not None and query.get("le") and query.get("heure"):
            sessions = _planned(request, offer, query)
    except Refusal as error:
        refusal = error
        if form.is_bound:
            again(form)
            sessions = list(error.alternatives) if error.code == "series_conflicts" else []
    conflicts = sum(session.refusal is not None for session in sessions)
    context: dict[str, Any] = {
        "file": file,
        "offer": offer,
        "query": {
            "le": query.get("le") or clock.now().date() + timedelta(days=1),
            "heure": query.get("heure") or time(9),
            "seances": query.get("seances") or SESSIONS,
            "jours": query.get("jours") or EVERY,
        },
        "sessions": [(session, session.start.isoformat()) for session in sessions],
        "conflicts": conflicts,
        "form": form,
        "refusal": refusal,
    }
    return render(request, "desk/series.html", context, status=refusal.status if refusal else 200)


def _planned(request: HttpRequest, offer: AgendaReason, query: dict[str, Any]) -> list[Session]:
    if abs(query["le"] - clock.now().date()) > FARTHEST:
        raise Refusal("start_out_of_reach")
    first = clock.combine(query["le"], query["heure"], ZoneInfo(offer.agenda.location.timezone))
    starts = sessions_every(
        offer, first, count=query.get("seances") or SESSIONS, every_days=query.get("jours") or EVERY
    )
    return plan_series(actor=request.actor, agenda=offer.agenda.uid, visit_reason=offer.visit_reason.uid, starts=starts)


def _offer(offers: list[AgendaReason], query: dict[str, Any]) -> AgendaReason | None:
    """The pair asked for, else the first; a pair that is not the actor's is not there."""
    motif, agenda = query.get("motif"), query.get("avec")
    for one in offers:
        if motif in (None, one.visit_reason.uid) and agenda in (None, one.agenda.uid):
            return one
    if motif or agenda:
        raise NotForYou
    return None


def _chosen(request: HttpRequest) -> list[datetime]:
    """The starts sent back, one for each session; one left out is left out on purpose. Raises `series_size`."""
    found = []
    for text in request.POST.getlist("seance"):
        if not text:
            continue
        try:
            start = parse_datetime(text)
        except ValueError:
            start = None
        if start is None or start.utcoffset() is None:
            raise Refusal("series_size")
        found.append(start)
    return found
