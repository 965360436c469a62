"""Quick booking: a patient, a reason, with whom, an hour, done. Steps by plain addresses; a script makes them one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.exceptions import Refusal
from booking.forms_desk import BookForm, BookQuery, CallerForm
from booking.forms_files import SENTENCES
from booking.invitations import invitation_to
from booking.presentation import slot_value
from booking.selectors.availability import FreeSlot
from booking.selectors.desk_slots import desk_offers, next_at_desk
from booking.selectors.reach import contact_of
from booking.services.desk import book_at_desk, file_for_caller
from core import clock
from core.access import Actor, Space, access, may
from core.exceptions import DomainError
from core.forms import with_new_token
from core.idempotency import claim_of
from patients.models import PatientRecord
from patients.selectors.files import find_records, record_of
from practitioners.models import AgendaReason

FOUND = 8
# Few enough to be read at a glance.
HOURS = 4
FARTHEST = timedelta(days=1096)


@dataclass(frozen=True)
class Hour:
    """A proposed time: its value in the form, and the slot to show."""

    value: str
    slot: FreeSlot
    is_wanted: bool = False


@dataclass
class Choices:
    """What the agendas of the actor offer, and what was chosen of it."""

    query: dict[str, Any]
    offers: Sequence[AgendaReason]
    reason: UUID | None = None
    agenda: UUID | None = None
    hours: list[Hour] = field(default_factory=list)

    @property
    def reasons(self) -> list[tuple[UUID, str]]:
        return list({offer.visit_reason.uid: offer.visit_reason.name for offer in self.offers}.items())

    @property
    def agendas(self) -> list[tuple[UUID, str, str]]:
        """Those that offer the chosen reason: identifier, who, where."""
        fitting = (offer.agenda for offer in self.offers if offer.visit_reason.uid == self.reason)
        return [(agenda.uid, agenda.practitioner.display_name, agenda.location.name) for agenda in fitting]

    @property
    def chosen(self) -> list[AgendaReason]:
        return [
            offer
            for offer in self.offers
            if offer.visit_reason.uid == self.reason and self.agenda in (None, offer.agenda.uid)
        ]

    @property
    def several_places(self) -> bool:
        """Whether the hours are of more than one place: else its name is said once, by « Avec »."""
        return len({offer.agenda.location_id for offer in self.chosen}) > 1

    def url(self, **changes: Any) -> str:
        """This page with the present choices and these changes; None takes one away."""
        words = {**{name: value for name, value in self.query.items() if name != "q"}, **changes}
        written = {
            name: value.isoformat() if hasattr(value, "isoformat") else str(value)
            for name, value in words.items()
            if value is not None
        }
        return f"{reverse('desk:book')}?{urlencode(written)}"


@access(resource="booking.appointment", action={"GET": "read", "POST": "create"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """One page for the whole of it; `X-Requested-With: fetch` asks for the panel alone."""
    if request.method == "POST" and "nouvelle-fiche" in request.POST:
        return _new_file(request)
    choices = choices_of(request.actor, BookQuery(request.POST if request.method == "POST" else request.GET).cleaned())
    form = BookForm(request.POST or None, initial=_initial(choices))
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            visit = _book(request, form.cleaned_data)
        except Refusal as error:
            refusal = error
            form.data = with_new_token(request)
        else:
            messages.success(request, _("Le rendez-vous est posé."))
            return redirect("desk:visit", uid=visit.uid)
    return _page(request, choices, form, refusal)


def _book(request: HttpRequest, wanted: dict[str, Any]) -> Any:
    agenda, start = wanted["slot"]
    return book_at_desk(
        actor=request.actor,
        record=wanted["fiche"],
        agenda=agenda,
        visit_reason=wanted["motif"],
        start=start,
        duration_minutes=wanted["duree"],
        overbook=wanted["overbook"],
        outside=wanted["outside"],
        internal_note=wanted["note"],
        tell=wanted["tell"],
        hold=wanted["garde"],
        claim=claim_of(request),
    )


def choices_of(actor: Actor, query: dict[str, Any]) -> Choices:
    """The offers of the actor's agendas and what the query chooses of them; the first reason when it names none."""
    query = {name: value for name, value in query.items() if _within_reach(value)}
    choices = Choices(query, list(desk_offers(actor)))
    wanted = query.get("avec") or query.get("agenda")
    agendas = {offer.agenda.uid for offer in choices.offers}
    choices.agenda = wanted if wanted in agendas else None
    fitting = [offer for offer in choices.offers if choices.agenda in (None, offer.agenda.uid)]
    reasons = [offer.visit_reason.uid for offer in fitting] or [offer.visit_reason.uid for offer in choices.offers]
    known = {offer.visit_reason.uid for offer in choices.offers}
    choices.reason = query.get("motif") if query.get("motif") in known else next(iter(reasons), None)
    if not choices.chosen:
        # The agenda asked for does not offer that reason: all those that do are proposed.
        choices.agenda = None
    return choices


def _within_reach(value: Any) -> bool:
    """Anything but a date that no agenda reaches."""
    day = value.date() if isinstance(value, datetime) else value
    return not isinstance(day, date) or abs(day - clock.now().date()) < FARTHEST


def _hours(choices: Choices) -> list[Hour]:
    offers, minutes = choices.chosen, choices.query.get("duree")
    length = timedelta(minutes=minutes) if minutes else None
    start, wanted = choices.query.get("debut"), []
    if start is not None and choices.agenda is not None:
        offer = offers[0]
        end = start + (length or timedelta(minutes=offer.duration_minutes))
        slot = FreeSlot(start, end, offer)
        wanted = [Hour(slot_value(slot), slot, is_wanted=True)]
    slots = next_at_desk(offers, count=HOURS, from_=_from(choices, start), length=length)
    known = {hour.value for hour in wanted}
    return [*wanted, *(Hour(slot_value(slot), slot) for slot in slots if slot_value(slot) not in known)]


def _from(choices: Choices, start: datetime | None) -> datetime | None:
    day = choices.query.get("du")
    if day is None:
        return start
    zones = {ZoneInfo(offer.agenda.location.timezone) for offer in choices.chosen} or {ZoneInfo("Europe/Paris")}
    return min(clock.combine(day, time.min, zone) for zone in zones)


def _initial(choices: Choices) -> dict[str, Any]:
    query = choices.query
    return {
        "fiche": query.get("fiche"),
        "motif": choices.reason,
        "duree": query.get("duree"),
        "garde": query.get("garde"),
    }


def _page(request: HttpRequest, choices: Choices, form: BookForm, refusal: Refusal | None = None) -> HttpResponse:
    query = choices.query
    file = record_of(request.actor, query["fiche"]) if query.get("fiche") else None
    text = query.get("q", "")
    if file is not None:
        choices.hours = _hours(choices)
    agenda = choices.chosen[0].agenda if choices.agenda and choices.chosen else None
    context = {
        "choices": choices,
        "file": file,
        "text": text,
        "found": [(one, choices.url(fiche=one.uid)) for one in find_records(request.actor, text, limit=FOUND)]
        if text and file is None
        else [],
        "caller": CallerForm(initial=_typed(text)),
        "form": form,
        "refusal": refusal,
        "ask_overbook": refusal is not None and refusal.code == "slot_taken" and _may_overbook(request, form, agenda),
        "ask_outside": refusal is not None and refusal.code == "outside_hours",
        "cannot_be_told": file is not None and _is_silent(file),
        "other_patient": choices.url(fiche=None),
        "series_url": _series_url(choices),
        "invitation": _invitation(request, choices),
        "kept": [(name, value) for name, value in _kept(choices) if name != "fiche"],
        "kept_with_file": _kept(choices),
    }
    part = request.headers.get("X-Requested-With") == "fetch"
    status = refusal.status if refusal else 422 if form.is_bound and form.errors else 200
    response = render(request, "desk/_book.html" if part else "desk/book.html", context, status=status)
    patch_vary_headers(response, ["X-Requested-With"])
    return response


def _kept(choices: Choices) -> list[tuple[str, str]]:
    """What a form of the page carries on beside its own fields."""
    names = ("fiche", "agenda", "debut", "duree", "garde")
    values = {name: choices.query[name] for name in names if choices.query.get(name) is not None}
    return [(name, value.isoformat() if isinstance(value, datetime) else str(value)) for name, value in values.items()]


def _may_overbook(request: HttpRequest, form: BookForm, agenda: Any) -> bool:
    wanted = form.cleaned_data.get("slot") if form.is_bound and hasattr(form, "cleaned_data") else None
    if wanted is None:
        return False
    offers = desk_offers(request.actor, agendas=[wanted[0]])
    first = offers.first()
    return first is not None and may(request.actor, "overbook", first.agenda)


def _is_silent(file: PatientRecord) -> bool:
    return contact_of(file).is_empty and (file.patient is None or file.patient.user_id is None)


def _series_url(choices: Choices) -> str:
    agenda = choices.agenda or next((offer.agenda.uid for offer in choices.chosen), None)
    words = {"fiche": choices.query.get("fiche"), "motif": choices.reason, "avec": agenda}
    return f"{reverse('desk:series')}?{urlencode({name: value for name, value in words.items() if value})}"


def _invitation(request: HttpRequest, choices: Choices) -> str:
    """The address at which a patient books the chosen reason with the chosen practitioner; a reason that is not open to
    everybody is opened by a token that ends by itself. Empty when nobody is chosen."""
    offer = next(iter(choices.chosen), None)
    if offer is None or (choices.agenda is None and len(choices.chosen) > 1):
        return ""
    words = {"cabinet": str(offer.agenda.uid), "motif": str(offer.visit_reason.uid)}
    if not offer.online:
        words["invitation"] = invitation_to(offer.agenda.uid, offer.visit_reason.uid)
    page = reverse("booking:practitioner", args=[offer.agenda.practitioner.slug])
    return request.build_absolute_uri(f"{page}?{urlencode(words)}")


def _new_file(request: HttpRequest) -> HttpResponse:
    """Make a file from the few words of a caller, then go on with it; files that may be the same are shown first."""
    choices = choices_of(request.actor, BookQuery(request.POST).cleaned())
    caller = CallerForm(request.POST)
    candidates: Any = ()
    if caller.is_valid():
        try:
            file = file_for_caller(
                actor=request.actor,
                fields=caller.wanted(),
                despite_duplicates=caller.cleaned_data["despite"],
                claim=claim_of(request),
            )
        except DomainError as refusal:
            candidates = _show(request, caller, refusal)
        else:
            return redirect(choices.url(fiche=file.uid, q=None))
    context = {
        "choices": choices,
        "caller": caller,
        "candidates": [(one, choices.url(fiche=one.uid)) for one in candidates],
        "kept": _kept(choices),
        "text": "",
        "form": BookForm(),
    }
    part = request.headers.get("X-Requested-With") == "fetch"
    status = 409 if candidates else 422
    return render(request, "desk/_book.html" if part else "desk/book.html", context, status=status)


def _show(request: HttpRequest, caller: CallerForm, refusal: DomainError) -> Any:
    caller.data = with_new_token(request)
    if refusal.code == "possible_duplicate":
        return refusal.candidates  # type: ignore[attr-defined]
    fields = refusal.details.get("fields", {}) if refusal.code == "invalid_record" else {}
    for name in fields:
        caller.add_error(
            name if name in caller.fields else None, SENTENCES.get(fields[name], SENTENCES["invalid_text"])
        )
    if not fields:
        caller.add_error(None, str(refusal.message))
    return ()


def _typed(text: str) -> dict[str, str]:
    """What was typed in the search field begins the new file: « martin colette »."""
    words = [word for word in text.split() if any(char.isalpha() for char in word)]
    names = {"birth_name": " ".join(words[:1]).title(), "first_name": " ".join(words[1:]).title()}
    return {name: value[:80] for name, value in names.items() if value}
