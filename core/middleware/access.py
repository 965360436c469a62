"""Gives each request its actor, and lets it in only where the address's declaration admits that actor."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from core.access import access, spaces
from core.access.decision import Verdict, decide
from core.access.declarations import Spec, has_handler, view_class_of
from core.access.identify import actor_of, mark_holder
from core.access.second_factor import second_factor_page
from core.answers import answer, is_api, problem
from core.errors import refusal, refusal_of
from core.network import client_ip
from core.reading import count_read

Handler = Callable[[HttpRequest], HttpResponseBase]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class UndeclaredAddress(Exception):
    """An address without an access declaration was asked for; in production it is a 404."""


class ActorMiddleware:
    """`request.actor`, worked out when first looked at. `core.api.ApiView` sets it again after its own authentication."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = SimpleLazyObject(lambda: page_actor(request))
        return self.get_response(request)


def page_actor(request: HttpRequest) -> Any:
    """The actor of a request made with the site's own session."""
    return actor_of(request.user, request.session, ip=client_ip(request))


class AccessMiddleware:
    """Refuses before the view runs; after it, turns its refusals into pages."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, callback: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        spec = access.spec_of(callback, request.resolver_match.view_name if request.resolver_match else None)
        if spec is None:
            if settings.DEBUG or settings.TESTING:
                raise UndeclaredAddress(f"{request.resolver_match} declares no access")
            raise Http404
        request.access_spec = spec  # type: ignore[attr-defined]
        if "\0" in request.path:
            raise Http404
        try:
            if "%00" in request.META.get("QUERY_STRING", ""):
                return answer(request, refusal("invalid_value", 400))
            view_class = view_class_of(callback)
            if getattr(view_class, "checks_access", False):
                return None
            if view_class is not None and not has_handler(view_class, request.method or ""):
                return _not_allowed(request, [method for method in METHODS if has_handler(view_class, method)])
            return _refuse(request, spec)
        except Exception as error:
            return self.process_exception(request, error, reraise=True)

    def process_exception(
        self, request: HttpRequest, error: Exception, *, reraise: bool = False
    ) -> HttpResponseBase | None:
        """Http404 and PermissionDenied are left to Django, which calls the handlers of `core.views`."""
        known = None if isinstance(error, Http404) else refusal_of(error)
        if known is None or known.code == "permission_denied":
            if reraise:
                raise error
            return None
        if known.status == 413:
            request._mark_post_parse_error()  # type: ignore[attr-defined]
        return answer(request, known)


def _refuse(request: HttpRequest, spec: Spec) -> HttpResponseBase | None:
    if spec.public and not spec.admits_method(request.method or ""):
        return _not_allowed(request, sorted(spec.methods or ()))
    if spec.public and request.method in SAFE_METHODS:
        if spec.costly:
            count_read(client_ip(request))
        return None
    request.actor = actor = page_actor(request)
    if spec.public:
        if actor.user_id is None:
            mark_holder(request.session)
            request.actor = page_actor(request)
        return None
    verdict = decide(spec, actor, request.method or "", lambda: bool(spaces.choices_of(request.user, spec.spaces)))
    if verdict is Verdict.GRANTED:
        return None
    if is_api(request):
        return problem(api_refusal(verdict))
    return _page_refusal(request, spec, verdict)


def _not_allowed(request: HttpRequest, allowed: Iterable[str]) -> HttpResponse:
    response = answer(request, refusal("method_not_allowed", 405))
    response["Allow"] = ", ".join(allowed)
    return response


def api_refusal(verdict: Verdict) -> Any:
    """What the API answers to each verdict but GRANTED."""
    return {
        Verdict.SIGN_IN: refusal("not_authenticated", 401),
        Verdict.WRONG_SPACE: refusal("wrong_space", 403),
        Verdict.HIDDEN: refusal("not_found", 404),
        Verdict.SECOND_FACTOR: refusal("second_factor_required", 403),
        Verdict.WRONG_METHOD: refusal("method_not_allowed", 405),
    }[verdict]


def _page_refusal(request: HttpRequest, spec: Spec, verdict: Verdict) -> HttpResponseBase:
    if verdict is Verdict.HIDDEN:
        raise Http404
    if verdict is Verdict.SIGN_IN:
        return _send_to(request, resolve_url(settings.LOGIN_URL))
    if verdict is Verdict.SECOND_FACTOR:
        return _send_to(request, second_factor_page(request.user))
    if verdict is Verdict.WRONG_SPACE:
        context = {
            "choices": spaces.choices_of(request.user, spec.spaces),
            "switch_url": resolve_url(settings.SPACE_SWITCH_URL),
            "next": _way_back(request),
        }
        return render(request, "errors/wrong_space.html", context, status=403)
    return answer(request, api_refusal(verdict))


def _send_to(request: HttpRequest, url: str) -> HttpResponse:
    """There and back again: the address asked for is given along; a fragment asks htmx to move the whole page."""
    back = _way_back(request)
    target = f"{url}?{urlencode({REDIRECT_FIELD_NAME: back})}" if back else url
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def _way_back(request: HttpRequest) -> str:
    """The page to return to: this one if it can be asked for again, else the one whose form was sent."""
    if request.method in {"GET", "HEAD"} and request.headers.get("HX-Request") != "true":
        return request.get_full_path()
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not page or not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
