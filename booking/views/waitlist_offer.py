"""The page behind the link of an offer: nothing before the birth date or a sign-in, nothing done on opening."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking.forms_answer import BirthDateForm
from booking.models import Appointment, WaitlistOffer
from booking.selectors.waitlist_answer import current_visit_of, is_entitled, needs_account
from booking.services.waitlist.by_link import DECLINE, LEAVE, TAKE, answer_by_link, open_offer_link
from booking.waitlist_links import offer_behind
from core import clock
from core.access import access
from core.exceptions import DomainError, NotForYou
from core.forms import new_form_token
from core.idempotency import claim_of
from practitioners.enums import Discretion, Mode

# In the session: the offers whose birth date was given, and until when (epoch seconds).
SESSION_KEY = "waitlist_links"
HALF_AN_HOUR = 30 * 60
LINKS_AT_MOST = 10


@access.public(
    reason="The link of a message: whoever holds it proves the patient's birth date, or is signed in, before anything is shown"
)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """Asks for the birth date, whatever the link; then shows the time that is kept, with what may be answered."""
    if request.method == "POST" and "act" in request.POST:
        return _act(request, token)
    if request.method == "POST":
        return _open(request, token)
    found = offer_behind(token)
    if found is None or not _is_open(request, found):
        return _asked(request, BirthDateForm())
    return _private(render(request, "booking/waitlist_offer.html", _context(request, found)))


def _open(request: HttpRequest, token: str) -> HttpResponse:
    form = BirthDateForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            found = open_offer_link(actor=request.actor, token=token, birth_date=form.cleaned_data["birth_date"])
        except DomainError as refusal:
            form.add_error(None, str(refusal.message))
            status = refusal.status
        else:
            kept = [*request.session.get(SESSION_KEY, {}).items()][-LINKS_AT_MOST + 1 :]
            request.session[SESSION_KEY] = {**dict(kept), str(found.uid): int(clock.now().timestamp()) + HALF_AN_HOUR}
            return _private(redirect("booking:waitlist_offer", token=token))
    return _asked(request, form, status=status)


def _act(request: HttpRequest, token: str) -> HttpResponse:
    found, act = offer_behind(token), request.POST["act"]
    proven = found is not None and _is_proven(request, found)
    try:
        done = answer_by_link(actor=request.actor, token=token, act=act, proven=proven, claim=claim_of(request))
    except NotForYou:
        return _private(redirect("booking:waitlist_offer", token=token))
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
        return _private(redirect("booking:waitlist_offer", token=token))
    messages.success(request, _said(act, done))
    if isinstance(done, Appointment) and found is not None and is_entitled(request.actor, found):
        return _private(redirect("booking:appointment", uid=done.uid))
    return _private(redirect("booking:waitlist_offer", token=token))


def _said(act: str, done: Any) -> str:
    if act == LEAVE:
        return _("Vous avez quitté cette liste d’attente.")
    if act == DECLINE:
        return _("C’est noté. Vous gardez votre place dans la liste.")
    moved = isinstance(done, Appointment) and done.revision
    return _("Votre rendez-vous est déplacé à cette heure.") if moved else _("Cette heure est à vous.")


def _context(request: HttpRequest, found: WaitlistOffer) -> dict[str, Any]:
    entry, location = found.entry, found.agenda.location
    masked = entry.visit_reason.discretion == Discretion.CONCEALED
    entitled = is_entitled(request.actor, found)
    where = [location.name, f"{location.street}, {location.postcode} {location.place.name}"]
    visit = current_visit_of(found)
    return {
        "offer": found,
        "entry": entry,
        "is_live": found.is_live(clock.now()) and entry.is_waiting,
        "zone": location.timezone,
        "who": "" if masked else found.agenda.practitioner.display_name,
        "place": [] if masked or (found.hold is not None and found.hold.mode != Mode.OFFICE) else where,
        "patient": _name(found) if entitled else "",
        "visit": visit if entitled else None,
        "phone": found.agenda.practice.phone,
        "may_take": entitled or not needs_account(found),
        "sign_in": f"{reverse('account_login')}?next={request.path}",
        "slug": found.agenda.practitioner.slug,
        "acts": {"take": TAKE, "decline": DECLINE, "leave": LEAVE},
        "token": new_form_token(),
    }


def _name(found: WaitlistOffer) -> str:
    return found.entry.patient.first_name if found.entry.patient is not None else ""


def _is_open(request: HttpRequest, found: WaitlistOffer) -> bool:
    return _is_proven(request, found) or is_entitled(request.actor, found)


def _is_proven(request: HttpRequest, found: WaitlistOffer) -> bool:
    until = request.session.get(SESSION_KEY, {}).get(str(found.uid))
    return isinstance(until, int) and clock.now().timestamp() < until


def _asked(request: HttpRequest, form: BirthDateForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "act_leave": LEAVE,
        "token": new_form_token(),
        "sign_in": f"{reverse('account_login')}?next={request.path}",
    }
    return _private(render(request, "booking/waitlist_ask.html", context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
