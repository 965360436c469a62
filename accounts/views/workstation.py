"""The shared workstation: its page, the code one chooses, locking with one key, and resuming in seconds."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.workstation import PinForm, ResumeForm
from accounts.models import Workstation
from accounts.seats import live_seats, workstation_of, workstation_page
from accounts.services import workstations
from accounts.views.requests import PersonRequest
from core.access import Space, access
from core.exceptions import DomainError
from core.middleware.headers import keep_cookies

PRACTICE = {Space.PRACTICE}
LIFE = timedelta(days=30)
SALT = "accounts.workstation"


def cookie_name() -> str:
    """With the prefix that binds a cookie to this host over HTTPS, wherever the site is served so."""
    return "__Host-poste" if settings.SESSION_COOKIE_SECURE else "poste"


@access(resource="accounts.shared_workstation", action="read", spaces=PRACTICE)
@require_http_methods(["GET", "HEAD"])
def workstation(request: PersonRequest) -> HttpResponse:
    context = workstation_page(request.user.pk, _station(request))
    return render(request, "accounts/workstation.html", context)


@access(resource="accounts.shared_workstation", action={"GET": "read", "POST": "set_pin"}, spaces=PRACTICE)
@require_http_methods(["GET", "HEAD", "POST"])
def pin(request: PersonRequest) -> HttpResponse:
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            workstations.set_pin(actor=request.actor, user=request.user, pin=form.cleaned_data["pin"])
        except DomainError as refusal:
            form.add_error("pin", str(refusal.message))
        else:
            messages.success(request, _("Votre code est enregistré."))
            return redirect("accounts:workstation")
    return render(request, "accounts/workstation_pin.html", {"form": form}, status=422 if form.errors else 200)


@access(resource="accounts.shared_workstation", action="lock", spaces=PRACTICE)
@require_POST
def lock(request: PersonRequest) -> HttpResponse:
    """Ends the session here and now; whoever has a place on this workstation resumes from the page that follows."""
    try:
        token = workstations.take_seat(request=request, user=request.user, token=_token(request))
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("accounts:workstation")
    logout(request)
    keep_cookies(request)
    response = redirect("accounts:resume")
    response.set_cookie(
        cookie_name(),
        signing.dumps(token, salt=SALT),
        max_age=int(LIFE.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


@access(resource="accounts.shared_workstation", action="leave", spaces=PRACTICE)
@require_POST
def leave(request: PersonRequest) -> HttpResponse:
    workstations.leave(actor=request.actor, user=request.user, token=_token(request))
    messages.success(request, _("Ce poste ne reprend plus votre session."))
    return redirect("accounts:workstation")


@access.public(reason="the workstation is locked: its cookie says who may resume, and each gives her own code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    station = _station(request)
    seats = list(live_seats(station))
    form = ResumeForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            workstations.resume(request=request, token=_token(request), **form.cleaned_data)
        except DomainError as error:
            refusal = error
        else:
            return redirect(settings.LOGIN_REDIRECT_URL)
    status = refusal.status if refusal else 422 if form.errors else 200
    chosen = str(form.data.get("seat", "")) or (str(seats[0].uid) if len(seats) == 1 else "")
    context = {"form": form, "seats": seats, "refusal": refusal, "chosen": chosen}
    return render(request, "accounts/resume.html", context, status=status)


def _token(request: HttpRequest) -> str:
    """What this browser's cookie holds; nothing when it was altered."""
    try:
        return str(signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=LIFE))
    except signing.BadSignature:
        return ""


def _station(request: HttpRequest) -> Workstation | None:
    return workstation_of(_token(request))
