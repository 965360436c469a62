"""Headers that every answer carries besides those of Django's SecurityMiddleware and of the content policy."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

PRIVATE = "private, no-store"
_SIGNED_OUT = "signed_out_here"
_KEEPS_COOKIES = "keeps_cookies_here"


class HeadersMiddleware:
    """A view may set `Cache-Control: public` for visitors; whatever comes from a session is never kept by a cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in settings.EXTRA_HEADERS.items():
            response.headers.setdefault(name, value)
        _limit_caching(request, response)
        if getattr(request, _SIGNED_OUT, False):
            response["Clear-Site-Data"] = _cleared(request)
        return response


def keep_cookies(request: HttpRequest) -> None:
    """A sign-out that leaves the browser's cookies, as when a shared workstation is locked: its own must stay."""
    setattr(request, _KEEPS_COOKIES, True)


def _cleared(request: HttpRequest) -> str:
    kinds = settings.SIGN_OUT_CLEARS.split(", ")
    return ", ".join(kind for kind in kinds if kind != '"cookies"' or not getattr(request, _KEEPS_COOKIES, False))


@receiver(user_logged_out)
def remember_sign_out(sender: object, request: HttpRequest | None, **kwargs: object) -> None:
    if request is not None:
        setattr(request, _SIGNED_OUT, True)


def _limit_caching(request: HttpRequest, response: HttpResponseBase) -> None:
    response.headers.setdefault("Cache-Control", PRIVATE)
    asked = response["Cache-Control"]
    if "public" not in asked or "immutable" in asked:
        return
    personal = (
        settings.SESSION_COOKIE_NAME in request.COOKIES or "X-Session-Token" in request.headers or response.cookies
    )
    if personal:
        response["Cache-Control"] = PRIVATE
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
