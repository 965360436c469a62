"""Every error of the API becomes a problem document with a stable code: DRF's, Django's, the database's, our refusals."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from core.answers import problem
from core.errors import MESSAGES, Refusal, refusal_of, refusal_of_status

_CODES: tuple[tuple[type[exceptions.APIException], str], ...] = (
    (exceptions.ParseError, "malformed_request"),
    (exceptions.NotAuthenticated, "not_authenticated"),
    (exceptions.AuthenticationFailed, "authentication_failed"),
    (exceptions.NotFound, "not_found"),
    (exceptions.MethodNotAllowed, "method_not_allowed"),
    (exceptions.NotAcceptable, "not_acceptable"),
    (exceptions.UnsupportedMediaType, "unsupported_media_type"),
    (exceptions.Throttled, "too_many_requests"),
)


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | Response | None:
    """DRF's setting EXCEPTION_HANDLER. None, for a fault nobody foresaw, lets Django answer 500."""
    found = _of_drf(error) if isinstance(error, exceptions.APIException) else refusal_of(error)
    if found is None:
        return drf_exception_handler(error, context)
    return problem(found)


def _of_drf(error: exceptions.APIException) -> Refusal:
    challenge = getattr(error, "auth_header", None)
    headers = {"WWW-Authenticate": challenge} if challenge else {}
    if isinstance(error, exceptions.ValidationError):
        return Refusal("invalid", 400, MESSAGES["invalid_value"], details={"errors": list(_flat(error.detail))})
    if isinstance(error, exceptions.PermissionDenied):
        csrf = str(error.detail).startswith("CSRF Failed")
        code = "csrf_failed" if csrf else "permission_denied"
        return Refusal(code, 403, MESSAGES[code])
    code = next((code for kind, code in _CODES if isinstance(error, kind)), refusal_of_status(error.status_code).code)
    # Our own sentence where there is one; the library's quotes what was sent.
    message = MESSAGES.get(code, str(error.detail))
    wait = getattr(error, "wait", None)
    return Refusal(code, error.status_code, message, retry_after=int(wait) if wait else None, headers=headers)


def _flat(detail: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    """Errors as a list: where (a JSON pointer into the body, or the parameter's name), which code, which sentence."""
    if isinstance(detail, dict):
        for name, part in detail.items():
            yield from _flat(part, pointer if name == "non_field_errors" else f"{pointer}/{name}")
    elif isinstance(detail, list):
        nested = any(isinstance(part, (dict, list)) for part in detail)
        for position, part in enumerate(detail):
            yield from _flat(part, f"{pointer}/{position}" if nested else pointer)
    else:
        yield {"pointer": pointer, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}
