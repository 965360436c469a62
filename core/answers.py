"""Renders a refusal: a problem document (RFC 9457) for programs, a page for people."""

from typing import Any, TypeVar

from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.tracing import request_id

R = TypeVar("R", bound=HttpResponse)

# Addresses that programs call: ours, and those by which they sign in.
PROGRAM_PREFIXES = ("/api/", "/_allauth/")
PROBLEM_TYPE = "application/problem+json"
TITLES = {
    400: _("Demande mal formée"),
    401: _("Connexion nécessaire"),
    403: _("Accès refusé"),
    404: _("Page introuvable"),
    405: _("Méthode non admise"),
    409: _("Ce n’est plus possible"),
    413: _("Envoi trop volumineux"),
    422: _("Demande refusée"),
    429: _("Trop de demandes"),
    500: _("Erreur de notre côté"),
    503: _("Service momentanément indisponible"),
}


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith(PROGRAM_PREFIXES)


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal in the form the client expects."""
    return problem(refusal) if is_api(request) else error_page(request, refusal)


def problem(refusal: Refusal) -> JsonResponse:
    """A problem document: type, title, status, detail, code, and the details of the refusal.

    Two refusals alike are the same bytes: the id of the request is in the headers only.
    """
    body: dict[str, Any] = {
        **refusal.details,
        "type": "about:blank",
        "title": str(TITLES.get(refusal.status, TITLES[400])),
        "status": refusal.status,
        "detail": str(refusal.message),
        "code": refusal.code,
    }
    return _with_headers(JsonResponse(body, status=refusal.status, content_type=PROBLEM_TYPE), refusal)


def error_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of a refusal. Above 499 it is one that needs neither database nor session."""
    context = {
        "error": {
            "code": refusal.code,
            "status": refusal.status,
            "title": TITLES.get(refusal.status, TITLES[400]),
            "message": refusal.message,
            "retry_after": refusal.retry_after,
            "details": refusal.details,
            "request_id": request_id() if refusal.status >= 500 else "",
        }
    }
    if refusal.status < 500:
        try:
            return _with_headers(render(request, "errors/domain.html", context, status=refusal.status), refusal)
        except Error:  # the layout reads the session and the bell: with the database gone, say what can be said
            pass
    body = render_to_string("errors/unavailable.html", context)
    return _with_headers(HttpResponse(body, status=refusal.status), refusal)


def _with_headers(response: R, refusal: Refusal) -> R:
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    for name, value in refusal.headers.items():
        response[name] = value
    return response
