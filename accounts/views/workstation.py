"""The shared workstation: its page, the code one chooses, locking with one key, and resuming in seconds."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.workstation import PinForm, ResumeForm
from accounts.idle import idleness_of
from accounts.models import Workstation
from accounts.seats import keep_token, live_seats, token_of, workstation_of, workstation_page
from accounts.services import workstations
from accounts.views.requests import PersonRequest
from core.access import Space, access
from core.exceptions import DomainError
from core.middleware.headers import keep_cookies

PRACTICE = {Space.PRACTICE}


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
        token = workstations.take_seat(request=request, user=request.user, token=token_of(request))
    except DomainError as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("accounts:workstation")
    logout(request)
    keep_cookies(request)
    response = redirect("accounts:resume")
    keep_token(response, token)
    return response


@access(resource="accounts.shared_workstation", action="read", spaces=PRACTICE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def idle(request: PersonRequest) -> JsonResponse:
    """How many seconds are left before the workstation locks; a POST says that somebody is there."""
    idleness = idleness_of(request)
    return JsonResponse({"left": idleness.left if idleness else None})


@access(resource="accounts.shared_workstation", action="leave", spaces=PRACTICE)
@require_POST
def leave(request: PersonRequest) -> HttpResponse:
    workstations.leave(actor=request.actor, user=request.user, token=token_of(request))
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
            workstations.resume(request=request, token=token_of(request), **form.cleaned_data)
        except DomainError as error:
            refusal = error
        else:
            return redirect(_way_back(request) or settings.LOGIN_REDIRECT_URL)
    status = refusal.status if refusal else 422 if form.errors else 200
    chosen = str(form.data.get("seat", "")) or (str(seats[0].uid) if len(seats) == 1 else "")
    context = {"form": form, "seats": seats, "refusal": refusal, "chosen": chosen, "way_back": _way_back(request)}
    return render(request, "accounts/resume.html", context, status=status)


def _station(request: HttpRequest) -> Workstation | None:
    return workstation_of(token_of(request))


def _way_back(request: HttpRequest) -> str:
    """The page of the practice that was open when the workstation locked by itself, else where one lands."""
    wanted = request.POST.get("suite") or request.GET.get("suite") or ""
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/cabinet/")
    return wanted if ours else ""
