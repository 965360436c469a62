"""The practice's waitlist: who waits for what, what is offered to whom, callers written down, answers given on the phone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.exceptions import Refusal
from booking.forms_waitlist import DECLINE, TAKE, EnlistForm
from booking.selectors.waitlist import DeskLine, desk_choices, desk_list
from booking.services.waitlist import (
    WaitlistRefused,
    accept_offer,
    decline_offer,
    enlist_caller,
    remove_from_waitlist,
    withdraw_offer,
)
from booking.views.waitlist import grid_of
from booking.waitlist_words import dates_text, windows_text
from core.access import Space, access
from core.forms import new_form_token, with_new_token
from core.idempotency import claim_of
from patients.models import PatientRecord
from patients.selectors.files import find_records, record_of

PER_PAGE = 50
WITHDRAW = "withdraw"


@access(resource="booking.waitlistentry", action={"GET": "work", "POST": "enlist"}, spaces={Space.PRACTICE})
@require_http_methods(["GET", "POST"])
def waitlist(request: HttpRequest) -> HttpResponse:
    """The list in its published order, and the form that writes a caller down."""
    choices = desk_choices(request.actor)
    file = _file(request)
    form = EnlistForm(request.POST or None, choices=choices, initial={"record": file.uid if file else None})
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            enlist_caller(
                actor=request.actor,
                record_uid=form.cleaned_data["record"],
                visit_reason=form.visit_reason,
                agendas=form.wanted_agendas,
                when=form.when,
                claim=claim_of(request),
            )
        except (Refusal, WaitlistRefused) as refusal:
            status = refusal.status
            form = EnlistForm(with_new_token(request), choices=choices)
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("La personne est inscrite sur la liste d’attente."))
            return redirect("desk:waitlist")
    return render(request, "desk/waitlist.html", {**_context(request), "form": form, "file": file}, status=status)


@access(resource="booking.waitlistentry", action="work", spaces={Space.PRACTICE})
@require_POST
def remove(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a person off the list; she is told."""
    try:
        remove_from_waitlist(actor=request.actor, entry=uid)
    except Refusal as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("La personne n’est plus sur la liste ; un message le lui dit."))
    return redirect("desk:waitlist")


@access(resource="booking.waitlistoffer", action="answer", spaces={Space.PRACTICE})
@require_POST
def answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What the person says on the phone; or the practice takes the time back."""
    given, claim = request.POST.get("answer", ""), claim_of(request)
    try:
        if given == TAKE:
            accept_offer(actor=request.actor, offer=uid, claim=claim)
            said = _("Le rendez-vous est noté à cette heure.")
        elif given == DECLINE:
            decline_offer(actor=request.actor, offer=uid, claim=claim)
            said = _("C’est noté : l’heure est proposée à la personne suivante.")
        elif given == WITHDRAW:
            withdraw_offer(actor=request.actor, offer=uid)
            said = _("L’heure n’est plus gardée : elle est libre.")
        else:
            return redirect("desk:waitlist")
    except (Refusal, WaitlistRefused) as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, said)
    return redirect("desk:waitlist")


def _file(request: HttpRequest) -> PatientRecord | None:
    """The file that the form is about: from its address, or from what was sent."""
    wanted = request.POST.get("record") or request.GET.get("fiche") or ""
    try:
        return record_of(request.actor, UUID(wanted)) if wanted else None
    except ValueError:
        return None


def _context(request: HttpRequest) -> dict[str, Any]:
    text = request.GET.get("q", "").strip()
    lines = desk_list(request.actor)
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "lines": [_shown(line, number) for number, line in enumerate(page, start=page.start_index())],
        "page": page,
        "asked": sum(line.offer is not None for line in lines),
        "to_call": sum(line.to_call for line in lines),
        "text": text,
        "found": find_records(request.actor, text) if text else [],
        "grid": grid_of(EnlistForm(request.POST or None, choices=[])),
        "answers": {"take": TAKE, "decline": DECLINE, "withdraw": WITHDRAW},
    }


def _shown(line: DeskLine, number: int) -> dict[str, Any]:
    entry = line.entry
    person = entry.record or entry.patient
    return {
        "number": number,
        "entry": entry,
        "who": "" if person is None else f"{person.first_name} {person.used_name or person.birth_name}",
        "file": entry.record,
        "people": [agenda.practitioner.display_name for agenda in entry.agendas.all()],
        "when": windows_text(entry.windows.all()),
        "dates": dates_text(entry),
        "visit": entry.current_visit,
        "offer": line.offer,
        "to_call": line.to_call,
        "token": new_form_token(),
    }
