"""From a chosen hour to a booked visit: hold it, sign in, say for whom, confirm."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.exceptions import Refusal
from booking.forms import BookingForm, HoldForm
from booking.presentation import confirm_words, slot_value
from booking.selectors.appointments import own_hold
from booking.selectors.availability import next_starts
from booking.selectors.offers import find_offer, offered_modes, questions_of
from booking.services.appointments import Wish, book_appointment, book_hold
from booking.services.holds import hold_slot, release_hold, renew_hold
from booking.services.together import book_family
from booking.views._kept import Kept, became, booked_as, forget, invitation_for, keep, kept
from core import clock
from core.access import Space, access
from core.forms import new_form_token
from core.idempotency import claim_of
from patients.selectors import people_of
from practitioners.models import AgendaReason

# Refusals after which the form comes back with other hours to choose from.
ANOTHER_HOUR = {"slot_taken", "hold_expired", "not_offered", "notice_too_short", "not_enough_consecutive"}


@access.public(reason="A slot is held before signing in")
@require_POST
def hold(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the hour chosen on the practitioner's page, then go to the next step."""
    form = HoldForm(request.POST)
    page = reverse("booking:practitioner", args=[slug])
    if not form.is_valid():
        messages.error(request, _("Choisissez une heure."))
        return redirect(page)
    agenda, start = form.cleaned_data["slot"]
    reason = form.cleaned_data["motif"]
    try:
        invitation = invitation_for(request, agenda, reason)
        held = hold_slot(actor=request.actor, agenda=agenda, visit_reason=reason, start=start, invitation=invitation)
    except Refusal as refusal:
        another = refusal.code in ANOTHER_HOUR
        offer = find_offer(request.actor, agenda, reason, invitation=invitation) if another else None
        context = {
            "refusal": refusal,
            "slug": slug,
            "offer": offer,
            "mode": form.cleaned_data["mode"],
            "hours": [(slot_value(slot), slot) for slot in refusal.alternatives],
        }
        return render(request, "booking/hold_refused.html", context, status=refusal.status)
    keep(request, held.uid, Kept(agenda, reason, start, form.cleaned_data["mode"]))
    return redirect("booking:step", uid=held.uid)


@access.public(reason="The step is shown to the holder of the slot, who may not have an account yet")
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The held hour with its countdown; sign in first, then the form. Over, it comes back filled with other hours."""
    choice = kept(request, uid)
    held = own_hold(request.actor, uid)
    if choice is None:
        booked = became(request, uid)
        if booked is not None:
            return redirect("booking:appointment", uid=booked)
        return render(request, "booking/hold_gone.html", status=404)
    invitation = invitation_for(request, choice.agenda, choice.visit_reason)
    offer = find_offer(request.actor, choice.agenda, choice.visit_reason, invitation=invitation)
    context = _context(offer, choice, held)
    if request.actor.is_anonymous:
        here = reverse("booking:step", args=[uid])
        return render(request, "booking/sign_in.html", {**context, "next": here, "uid": uid})
    if request.actor.space != Space.PATIENT:
        return redirect(f"{reverse('accounts:spaces')}?next={reverse('booking:step', args=[uid])}")
    people = people_of(request.actor)
    if not people:
        return redirect(f"{reverse('patients:identity')}?next={reverse('booking:step', args=[uid])}")
    form = BookingForm(
        request.POST or None,
        people=people,
        modes=offered_modes(offer),
        questions=questions_of(offer),
        initial={"mode": choice.mode} if choice.mode else None,
    )
    context |= {"form": form, "uid": uid, "people": people, "confirm_words": confirm_words(people)}
    if request.method == "POST" and form.is_valid():
        return _book(request, form, offer, choice, context)
    status = 422 if request.method == "POST" else 200
    return render(request, "booking/confirm.html", context, status=status)


def _book(
    request: HttpRequest, form: BookingForm, offer: AgendaReason, choice: Kept, context: dict[str, Any]
) -> HttpResponse:
    asked = form.cleaned_data
    wish = Wish(
        patient=UUID(asked["patient"]),
        mode=asked.get("mode") or choice.mode or None,
        note=asked["note"],
        answers=form.answers,
        concealed=asked.get("concealed", False),
        replaces=asked["replaces"],
    )
    common = {"actor": request.actor, "wish": wish, "claim": claim_of(request)}
    try:
        if len(form.together) > 1:
            agenda, start = asked["slot"] or (choice.agenda, choice.start)
            booked = book_family(
                agenda=agenda, visit_reason=choice.visit_reason, start=start, patients=form.together, **common
            )[0]
        elif asked["slot"]:
            agenda, start = asked["slot"]
            invitation = invitation_for(request, agenda, choice.visit_reason)
            booked = book_appointment(
                agenda=agenda, visit_reason=choice.visit_reason, start=start, invitation=invitation, **common
            )
        else:
            invitation = invitation_for(request, choice.agenda, choice.visit_reason)
            booked = book_hold(hold=context["uid"], invitation=invitation, **common)
    except Refusal as refusal:
        return _refused(request, form, offer, choice, refusal, context)
    booked_as(request, context["uid"], booked.uid)
    return redirect(f"{reverse('booking:appointment', args=[booked.uid])}?confirme=1")


def _refused(
    request: HttpRequest,
    form: BookingForm,
    offer: AgendaReason,
    choice: Kept,
    refusal: Refusal,
    context: dict[str, Any],
) -> HttpResponse:
    """The form again, filled, with what to do: other hours, or the visit to keep or replace."""
    if refusal.code in ANOTHER_HOUR and not refusal.alternatives:
        refusal.offer_instead(next_starts(offer, after=choice.start))
    data = request.POST.copy()
    # A key is spent on one request: the corrected one is another.
    data["form_token"] = new_form_token()
    form.data = data
    hours = [(slot_value(slot), slot) for slot in refusal.alternatives]
    context |= {"refusal": refusal, "hours": hours, "existing": refusal.existing}
    return render(request, "booking/confirm.html", context, status=refusal.status)


@access.public(reason="Only the holder of the slot reaches it, who may not have an account yet")
@require_POST
def renew(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ten more minutes, once."""
    try:
        renew_hold(actor=request.actor, hold=uid)
    except Refusal as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("booking:step", uid=uid)


@access.public(reason="Only the holder of the slot reaches it, who may not have an account yet")
@require_POST
def release(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Give the hour back and return to the calendar."""
    held = own_hold(request.actor, uid)
    forget(request, uid)
    if held is None:
        return redirect("portal:home")
    release_hold(actor=request.actor, hold=uid)
    return redirect("booking:practitioner", slug=held.performer.slug)


def _context(offer: AgendaReason, choice: Kept, held: Any) -> dict[str, Any]:
    return {
        "offer": offer,
        "agenda": offer.agenda,
        "location": offer.agenda.location,
        "person": offer.agenda.practitioner,
        "start": choice.start,
        "zone": offer.agenda.location.timezone,
        "held": held,
        "is_held": held is not None and held.expires_at is not None and held.expires_at > clock.now(),
        "refusal": None,
        "hours": [],
        "existing": [],
    }
