"""The account's home page, and how the person wants the site to look and speak."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import selectors
from accounts.addresses import safe_next
from accounts.forms.preferences import PreferencesForm
from accounts.services import preferences
from accounts.views.requests import PersonRequest
from core.access import access
from notifications.selectors import preference_of


@access(resource="accounts.account", action="read", second_factor=False)
@require_http_methods(["GET", "HEAD"])
def home(request: PersonRequest) -> HttpResponse:
    return render(request, "accounts/home.html", {"overview": selectors.overview(request.user)})


@access(resource="accounts.preferences", action={"GET": "read", "POST": "update"}, second_factor=False)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_preferences(request: PersonRequest) -> HttpResponse:
    reminders = preference_of(request.user.pk)
    form = PreferencesForm(request.POST if request.method == "POST" else None, user=request.user, reminders=reminders)
    if request.method == "POST" and form.is_valid():
        preferences.set_preferences(actor=request.actor, user=request.user, **form.cleaned_data)
        translation.activate(form.cleaned_data["language"])
        messages.success(request, _("Vos préférences sont enregistrées."))
        return redirect("accounts:home")
    return render(request, "accounts/preferences.html", {"form": form})


@access.public(reason="visitors choose their language too")
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keeps the language in the browser, and in the account of whoever is signed in; then back to the same page."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    if request.user.is_authenticated:
        preferences.set_language(user=request.user, language=language)
    response = HttpResponseRedirect(safe_next(request, request.POST.get("next")) or "/")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,  # type: ignore[arg-type]
    )
    return response
