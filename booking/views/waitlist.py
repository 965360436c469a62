"""The patient's side of the waitlist: joining it from a practitioner's page, seeing where one stands, leaving in one tap."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.exceptions import Refusal
from booking.forms import CalendarQuery
from booking.forms_waitlist import JoinForm
from booking.models import WaitlistEntry
from booking.selectors.availability import next_starts
from booking.selectors.offers import questions_of
from booking.selectors.profile import Profile, agenda_of, profile
from booking.selectors.waitlist import entries_of, offers_to_join
from booking.services.waitlist import WaitlistRefused, join_waitlist, leave_waitlist
from booking.waitlist_links import offer_path
from booking.waitlist_words import PARTS, dates_text, weekday_name, windows_text
from core import clock
from core.access import Space, access
from core.exceptions import NotForYou
from core.forms import with_new_token
from core.idempotency import claim_of
from patients.selectors import people_of
from practitioners.models import AgendaReason


@access(resource="booking.waitlistentry", action="read", spaces={Space.PATIENT})
@require_safe
def waitlist(request: HttpRequest) -> HttpResponse:
    """Where one stands for each reason, and the time that is kept, if any."""
    lines = [_line(entry) for entry in entries_of(request.actor)]
    context = {
        "waiting": [line for line in lines if line["entry"].is_waiting],
        "ended": [line for line in lines if not line["entry"].is_waiting],
    }
    return render(request, "booking/waitlist.html", context)


@access(resource="booking.waitlistentry", action="change", spaces={Space.PATIENT})
@require_POST
def leave(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One tap."""
    try:
        leave_waitlist(actor=request.actor, entry=uid)
    except Refusal as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("Vous avez quitté cette liste d’attente."))
    return redirect("booking:waitlist")


@access(resource="booking.waitlistentry", action={"GET": "read", "POST": "join"}, spaces={Space.PATIENT})
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """For whom, with whom of the practice, and when it suits."""
    found = profile(request.actor, slug)
    offer = _offer(request, found)
    offers = offers_to_join(offer)
    people = people_of(request.actor)
    given: dict[str, Any] = {"people": people, "offers": offers, "questions": questions_of(offer)}
    form = JoinForm(request.POST or None, **given)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            _join(request, offer, form)
        except (Refusal, WaitlistRefused) as refusal:
            status = refusal.status
            form = JoinForm(with_new_token(request), **given)
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("C’est noté : vous serez prévenu dès qu’une heure se libère."))
            return redirect("booking:waitlist")
    now = clock.now()
    context = {
        "form": form,
        "grid": grid_of(form),
        "person": found.practitioner,
        "offer": offer,
        "several": len(offers) > 1,
        "free": next_starts(offer, after=now, count=1),
        "has_people": bool(people),
    }
    return render(request, "booking/waitlist_join.html", context, status=status)


def grid_of(form: Any) -> list[dict[str, Any]]:
    """The weekdays with their parts, as boxes."""
    chosen = form.chosen
    return [
        {
            "name": weekday_name(day),
            "boxes": [(f"{day}-{part}", part, f"{day}-{part}" in chosen) for part in PARTS],
        }
        for day in range(7)
    ]


def _offer(request: HttpRequest, found: Profile) -> AgendaReason:
    """The reason and place asked for, else the first of the page. Raises NotForYou when nothing is booked online."""
    query = CalendarQuery(request.GET)
    asked = query.cleaned()
    agenda = agenda_of(found, asked.get("cabinet"))
    offers = found.offers_at(agenda) if agenda is not None else []
    offer = next((one for one in offers if one.visit_reason.uid == asked.get("motif")), next(iter(offers), None))
    if offer is None:
        raise NotForYou
    return offer


def _join(request: HttpRequest, offer: AgendaReason, form: JoinForm) -> WaitlistEntry:
    return join_waitlist(
        actor=request.actor,
        visit_reason=offer.visit_reason.uid,
        agendas=form.wanted_agendas,
        when=form.when,
        patient=UUID(form.cleaned_data["patient"]),
        answers=form.answers,
        claim=claim_of(request),
    )


def _line(entry: WaitlistEntry) -> dict[str, Any]:
    live = next(iter(entry.live), None)  # type: ignore[attr-defined]
    return {
        "entry": entry,
        "patient": entry.patient.first_name if entry.patient else "",
        "people": [agenda.practitioner for agenda in entry.agendas.all()],
        "when": windows_text(entry.windows.all()),
        "dates": dates_text(entry),
        "visit": entry.current_visit,
        "offer": live,
        "offer_url": offer_path(live) if live is not None else "",
    }
