"""Language and appearance: one page with two forms, for visitors and for those who are signed in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.services import preferences
from core.access import access
from core.ui.themes import ONE_YEAR, THEMES


@access.public(reason="Visitors read the site in their language and light too.")
@require_safe
def display(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/display.html", {"next": _way_back(request, request.GET.get("next", ""))})


@access.public(reason="Visitors choose their appearance too; it changes nothing but the look.")
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keeps the theme in the browser, and in the account of whoever is signed in; then back to the same page."""
    theme = request.POST.get("theme", "")
    if theme not in THEMES:
        return HttpResponseBadRequest()
    if request.user.is_authenticated:
        preferences.set_theme(user=request.user, theme=theme)
    response = HttpResponseRedirect(_way_back(request, request.POST.get("next", "")))
    response.set_cookie(
        settings.THEME_COOKIE_NAME,
        theme,
        max_age=ONE_YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _way_back(request: HttpRequest, wanted: str) -> str:
    """The address to come back to, when it is one of ours."""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and safe else "/"
