"""The page behind the link of a message: says nothing before the birth date, does nothing on opening."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking.answer_links import digest_of
from booking.forms_answer import BirthDateForm
from booking.models import AnswerLink, Appointment
from booking.selectors.answers import has_public_practice, is_entitled, live_link, may_change, visits_behind
from booking.services.answers import CANCEL, CONFIRM, answer_by_link, open_link
from core import clock
from core.access import access
from core.exceptions import DomainError, NotForYou
from practitioners.enums import Discretion, Mode

# In the session: the links whose birth date was given, and until when (epoch seconds).
SESSION_KEY = "answer_links"
HALF_AN_HOUR = 30 * 60
LINKS_AT_MOST = 10


@access.public(
    reason="The link of a message: whoever holds it proves the patient's birth date, or is signed in, before anything is shown"
)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Asks for the birth date, whatever the link; then shows the visit as it stands, with what may be answered."""
    if request.method == "POST" and "act" in request.POST:
        return _act(request, token)
    if request.method == "POST":
        return _open(request, token)
    link = live_link(token)
    if link is None or not _is_open(request, link):
        return _asked(request, BirthDateForm())
    moved = _wanted(request, link, "deplacer")
    if moved is not None:
        return _private(_move(request, link, moved))
    return _private(render(request, "booking/answer.html", _context(request, link)))


def _move(request: HttpRequest, link: AnswerLink, visit: Appointment) -> HttpResponse:
    """Who may move it goes on to; others are told what they need for it: an account, a code of the practice, its number."""
    if may_change(request.actor, visit):
        return redirect("booking:move", uid=visit.uid)
    move = reverse("booking:move", args=[visit.uid])
    signed_in = request.actor.user_id is not None
    context = {
        "card": _card(visit, clock.now()),
        "signed_in": signed_in,
        "has_account": link.user is not None,
        # Back to this page, which goes on as soon as the visit is theirs.
        "next": urlencode({"next": move if link.user is not None else request.get_full_path()}),
        "code": f"{reverse('patients:link_file', args=[visit.agenda.practice.uid])}?{urlencode({'next': move})}"
        if signed_in and visit.patient_id is None and has_public_practice(request.actor, visit)
        else "",
    }
    return render(request, "booking/answer_move.html", context)


def _wanted(request: HttpRequest, link: AnswerLink, word: str) -> Appointment | None:
    """The open visit behind the link that the address names after this word."""
    asked = request.GET.get(word, "")
    if not asked:
        return None
    return next((one for one in visits_behind(link) if str(one.uid) == asked and one.is_open), None)


def _open(request: HttpRequest, token: str) -> HttpResponse:
    form = BirthDateForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            link = open_link(actor=request.actor, token=token, birth_date=form.cleaned_data["birth_date"])
        except DomainError as refusal:
            form.add_error(None, str(refusal.message))
            status = refusal.status
        else:
            _remember(request, link)
            return _private(redirect("booking:answer", token=token))
    return _asked(request, form, status=status)


def _act(request: HttpRequest, token: str) -> HttpResponse:
    act = request.POST["act"]
    try:
        answer_by_link(
            actor=request.actor,
            token=token,
            visit=request.POST.get("visit", ""),
            act=act,
            proven=_is_proven(request, digest_of(token)),
        )
    except NotForYou:
        # Over meanwhile, or the birth date was given too long ago: the page asks again.
        return _private(redirect("booking:answer", token=token))
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        said = _("Votre rendez-vous est annulé.") if act == CANCEL else _("Merci, le cabinet sait que vous venez.")
        messages.success(request, said)
    return _private(redirect("booking:answer", token=token))


def _context(request: HttpRequest, link: AnswerLink) -> dict[str, Any]:
    now, asked = clock.now(), request.GET.get("annuler", "")
    visits = visits_behind(link)
    cancelling = next((one for one in visits if str(one.uid) == asked and one.is_open), None)
    return {
        "cards": [_card(visit, now) for visit in ([cancelling] if cancelling else visits)],
        "cancelling": cancelling is not None,
        "has_account": link.user is not None,
        "act_confirm": CONFIRM,
        "act_cancel": CANCEL,
    }


def _card(visit: Appointment, now: Any) -> dict[str, Any]:
    masked = visit.visit_reason.discretion == Discretion.CONCEALED
    location = visit.agenda.location
    where = [location.name, f"{location.street}, {location.postcode} {location.place.name}"]
    return {
        "visit": visit,
        "zone": location.timezone,
        "who": "" if masked else visit.performer.display_name,
        "place": [] if masked or visit.mode != Mode.OFFICE else where,
        "phone": "" if masked else visit.agenda.practice.phone,
        "sign": visit.status if not visit.is_open else "confirmed" if visit.confirmed_at else "",
        "is_late": now > visit.may_cancel_until,
    }


def _is_open(request: HttpRequest, link: AnswerLink) -> bool:
    return _is_proven(request, link.digest) or is_entitled(request.actor, link)


def _is_proven(request: HttpRequest, digest: str) -> bool:
    until = request.session.get(SESSION_KEY, {}).get(digest)
    return isinstance(until, int) and clock.now().timestamp() < until


def _remember(request: HttpRequest, link: AnswerLink) -> None:
    kept = [*request.session.get(SESSION_KEY, {}).items()][-LINKS_AT_MOST + 1 :]
    request.session[SESSION_KEY] = {**dict(kept), link.digest: int(clock.now().timestamp()) + HALF_AN_HOUR}


def _asked(request: HttpRequest, form: BirthDateForm, status: int = 200) -> HttpResponse:
    return _private(render(request, "booking/answer_ask.html", {"form": form}, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
