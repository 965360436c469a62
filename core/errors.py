"""Turns any error into what is answered for it: a stable code, a status and a sentence. Pages and API share the table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DataError
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import db
from core.exceptions import DomainError

MESSAGES: dict[str, str | Promise] = {
    "bad_request": _("La demande est mal formée."),
    "invalid_value": _("Une valeur de la demande n’est pas admise."),
    "payload_too_large": _("La demande est trop volumineuse."),
    "not_authenticated": _("Connectez-vous pour continuer."),
    "permission_denied": _("Cette action ne vous est pas ouverte."),
    "csrf_failed": _("La vérification de sécurité du formulaire a échoué. Rechargez la page et recommencez."),
    "second_factor_required": _("Un second facteur est nécessaire ici."),
    "https_required": _("L’API ne répond qu’en HTTPS."),
    "wrong_space": _("Cette adresse appartient à un autre espace que celui où vous êtes."),
    "not_found": _("Il n’y a rien à cette adresse, ou rien qui vous soit destiné."),
    "method_not_allowed": _("Cette adresse n’admet pas cette méthode."),
    "not_acceptable": _("Aucune des formes acceptées n’est disponible."),
    "unsupported_media_type": _("Ce type de contenu n’est pas admis ici."),
    "too_many_requests": _("Trop de demandes en peu de temps. Réessayez un peu plus tard."),
    "server_error": _("Une erreur est survenue de notre côté. Elle est notée."),
    "busy": _("Le service est très demandé en ce moment. Réessayez dans quelques secondes."),
    "database_unavailable": _("Le service est momentanément indisponible. Réessayez dans un instant."),
}
# The code of an answer that only has a status.
CODES = {
    400: "bad_request",
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "payload_too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
    500: "server_error",
    503: "database_unavailable",
}
DATABASE_RETRY = 5
BUSY_RETRY = 2


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is answered: `details` are further members for programs, `retry_after` seconds."""

    code: str
    status: int
    message: str | Promise
    retry_after: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def refusal(code: str, status: int, *, retry_after: int | None = None, **details: Any) -> Refusal:
    """A refusal of this table, with its own sentence."""
    return Refusal(code, status, MESSAGES[code], retry_after, details)


def refusal_of_status(status: int) -> Refusal:
    """The refusal for an answer of which only the status is known."""
    code = CODES.get(status, "server_error" if status >= 500 else "bad_request")
    return refusal(code, status)


def refusal_of(error: BaseException) -> Refusal | None:
    """What to answer for this error; None when it is a fault of ours that nobody foresaw."""
    if isinstance(error, DomainError):
        return Refusal(error.code, error.status, error.message, error.retry_after, error.details)
    if isinstance(error, Http404):
        return refusal("not_found", 404)
    if isinstance(error, PermissionDenied):
        return refusal("permission_denied", 403)
    return _of_the_request(error) or _of_the_database(error)


def _of_the_request(error: BaseException) -> Refusal | None:
    if isinstance(error, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return refusal("payload_too_large", 413)
    if isinstance(error, (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)):
        return refusal("bad_request", 400)
    # A text that no encoding admits, a date beyond the calendar: nothing a person types in our forms.
    if isinstance(error, (UnicodeEncodeError, OverflowError)):
        return refusal("invalid_value", 400)
    return None


def _of_the_database(error: BaseException) -> Refusal | None:
    if db.is_busy(error):
        return refusal("busy", 503, retry_after=BUSY_RETRY)
    if db.is_unavailable(error):
        return refusal("database_unavailable", 503, retry_after=DATABASE_RETRY)
    # NUL in a text, a number beyond its column: the value came from outside and was not kept.
    return refusal("invalid_value", 400) if isinstance(error, DataError) else None
