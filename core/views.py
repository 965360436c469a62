"""Health of the process, and the pages of errors."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from core import health
from core.access import access
from core.answers import answer
from core.errors import refusal, refusal_of, refusal_of_status


@access.public(reason="Probes of the machine ask whether the process lives; it says nothing else.")
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@access.public(
    reason="Probes of the machine ask whether requests may be sent here; the answer holds no figure of use but a delay."
)
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    state = health.readiness()
    response = JsonResponse(
        {"status": "ok" if state.ready else "unavailable", "checks": state.checks}, status=200 if state.ready else 503
    )
    if not state.ready:
        response["Retry-After"] = "5"
    return response


@access.public(reason="There is nothing here, and the API says so in its own form.")
@csrf_exempt
def unknown_api_address(request: HttpRequest, rest: str = "") -> HttpResponse:
    raise Http404


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, refusal_of(exception) or refusal_of_status(400))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, refusal_of_status(403))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, refusal_of_status(404))


def server_error(request: HttpRequest) -> HttpResponse:
    """`core.middleware.RequestMiddleware` replaces this answer when the failure has a better one."""
    return answer(request, refusal_of_status(500))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, refusal("csrf_failed", 403))
