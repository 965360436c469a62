"""The outermost view of a request: its id, its log line, its size, and the answer when something inside broke."""

import sys
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from core import failures
from core.answers import PROBLEM_TYPE, answer, is_api, problem
from core.errors import refusal, refusal_of, refusal_of_status
from core.tracing import new_id, tracing

logger = structlog.get_logger("prendsoin.request")

Handler = Callable[[HttpRequest], HttpResponseBase]
# Where a failure that Django caught on the way is kept until the answer passes here again.
_FAILURE = "uncaught_failure"
FOR_PROGRAMS = (PROBLEM_TYPE, "application/json")


class RequestMiddleware:
    """Stands inside the middleware that only add headers, and outside of all that may touch the database."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        offered = request.headers.get("X-Request-ID") if settings.TRUSTED_PROXY_COUNT else None
        identifier = new_id(offered)
        with tracing(identifier):
            response = _refuse_plain_http(request) or _refuse_size(request) or self.get_response(request)
            response = _translated(request, response)
            response["X-Request-ID"] = identifier
            _log(request, response.status_code, time.perf_counter() - started)
        return response


def remember_failure(sender: object, request: HttpRequest | None = None, **kwargs: object) -> None:
    """Receiver of `got_request_exception`: middleware further in has already turned the error into a bare 500."""
    if request is not None:
        setattr(request, _FAILURE, sys.exc_info()[1])


def _refuse_plain_http(request: HttpRequest) -> HttpResponse | None:
    """A program that called over plain HTTP has shown its token already: it is told so, not sent to HTTPS (ASVS 4.1.2)."""
    if settings.SECURE_SSL_REDIRECT and is_api(request) and not request.is_secure():
        return problem(refusal("https_required", 403))
    return None


def _refuse_size(request: HttpRequest) -> HttpResponse | None:
    """A body announced as too large is refused before a byte of it is read."""
    if request.headers.get("Transfer-Encoding") and not request.META.get("CONTENT_LENGTH"):
        # WSGI gives no end to a body of unknown length: Django would read it as empty and act on that.
        return answer(request, refusal("bad_request", 400))
    limit = settings.UPLOAD_MAX_BYTES if request.content_type == "multipart/form-data" else None
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return answer(request, refusal("bad_request", 400))
    if announced <= (limit or settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
        return None
    return answer(request, refusal("payload_too_large", 413))


def _translated(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    failure = getattr(request, _FAILURE, None)
    if failure is not None:
        known = refusal_of(failure)
        if known is not None:
            return answer(request, known)
        logger.error("unexpected_failure", error=failures.error_code(failure), places=failures.places(failure))
    if response.status_code >= 400 and is_api(request) and response.get("Content-Type", "") not in FOR_PROGRAMS:
        return problem(refusal_of_status(response.status_code))
    return response


def _log(request: HttpRequest, status: int, seconds: float) -> None:
    """One line per request: the name of its route, never its path or its query."""
    match = request.resolver_match
    logger.log(
        40 if status >= 500 else 20,
        "request",
        method=request.method,
        route=(match.view_name or match.route) if match else "",
        status=status,
        milliseconds=round(seconds * 1000),
    )
