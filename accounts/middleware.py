"""Shows each signed-in person the site in their language, answers limits reached midway, locks what nobody uses any more."""

from collections.abc import Callable

from allauth.core.exceptions import RateLimited
from allauth.core.internal.ratelimit import respond_429
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.idle import idleness_of, is_act, note_act
from accounts.seats import cookie_name, token_of
from accounts.services.workstations import lock_idle
from core.middleware.headers import keep_cookies

Handler = Callable[[HttpRequest], HttpResponse]


class AccountMiddleware:
    """A page asked without a session cookie costs nothing here: the visitor's browser has already decided."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return respond_429(request) if isinstance(exception, RateLimited) else None


class IdleMiddleware:
    """Ends the session of a shared workstation at the first request after its idle minutes, whatever asks.

    `request.idle_left` is how many seconds are left, None in every other browser.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.idle_left = None  # type: ignore[attr-defined]
        watched = cookie_name() in request.COOKIES and settings.SESSION_COOKIE_NAME in request.COOKIES
        if watched and request.user.is_authenticated:
            idleness = idleness_of(request)
            if idleness is not None and idleness.is_over:
                return _lock(request)
            if idleness is not None and is_act(request):
                idleness = note_act(request, idleness)
            request.idle_left = idleness.left if idleness else None  # type: ignore[attr-defined]
        return self.get_response(request)


def _lock(request: HttpRequest) -> HttpResponse:
    """The locked page for who opens one or sends a form; a refusal for a script, with the address to go to.

    Of the page that was open its path alone is kept: what was searched for may be a name.
    """
    by_script = request.headers.get("Sec-Fetch-Dest") == "empty" or "HX-Request" in request.headers
    is_form = request.method == "POST" and "text/html" in request.headers.get("Accept", "text/html") and not by_script
    is_page = request.method in ("GET", "HEAD") and is_act(request)
    lock_idle(request=request, user=request.user, token=token_of(request))  # type: ignore[arg-type]
    keep_cookies(request)
    url = resolve_url("accounts:resume")
    if request.path == url:
        url = request.get_full_path()
    elif is_page and request.path.startswith("/cabinet/"):
        url = f"{url}?{urlencode({'suite': request.path})}"
    if is_page or is_form:
        return redirect(url)
    problem = {"code": "workstation_locked", "title": _("Ce poste s’est verrouillé."), "status": 401}
    response = JsonResponse(problem, status=401, content_type="application/problem+json")
    response["HX-Redirect"] = url
    return response
