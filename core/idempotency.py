"""Doing a thing once although it was asked twice: the key lives and dies with the transaction of the work.

A service calls `begin` first and `complete` last, inside its own transaction. A twin that arrives meanwhile waits on the
unique index, then renders the result of the first; when the first was rolled back, the twin does the work.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core import clock
from core.access import Actor
from core.exceptions import DomainError
from core.models import IdempotencyKey
from core.prepared import fetch_prepared

HEADER = "Idempotency-Key"
FORM_FIELD = "form_token"
KEPT_FOR = timedelta(hours=24)
_KEY = re.compile(r"^[\x21-\x7e]{1,255}$")
# Fields of a form that differ between two sendings of the same form.
_NOT_PART_OF_THE_BODY = {FORM_FIELD, "csrfmiddlewaretoken"}


@dataclass(frozen=True, slots=True)
class Claim:
    """One request to do something once. `body_hash` covers the address, its arguments and the body."""

    key: str
    operation: str
    body_hash: str


def claim_of(request: HttpRequest) -> Claim:
    """The claim of a request: the Idempotency-Key header of an API call, the hidden field of a form.

    Raises DomainError 400: `idempotency_key_required` without one, `idempotency_key_invalid` when it is not 1 to 255
    visible ASCII characters.
    """
    django_request: HttpRequest = getattr(request, "_request", request)
    key = django_request.headers.get(HEADER)
    if key is None and _is_form(django_request):
        key = django_request.POST.get(FORM_FIELD)
    if not key:
        raise DomainError(
            "idempotency_key_required",
            _("L’en-tête Idempotency-Key est nécessaire pour cette demande."),
            status=400,
        )
    if not _KEY.match(key):
        raise DomainError("idempotency_key_invalid", _("La clé d’idempotence est mal formée."), status=400)
    match = django_request.resolver_match
    operation = f"{django_request.method} {match.view_name if match else ''}"[:120]
    return Claim(key=key, operation=operation, body_hash=_body_hash(django_request))


def begin(actor: Actor, claim: Claim | None) -> Model | None:
    """The result to replay, or None when the work is to be done now.

    Raises DomainError `idempotency_conflict` (422) when the key was used for another request, RuntimeError outside of a
    transaction. A key older than `KEPT_FOR` starts anew.
    """
    if claim is None:
        return None
    if not connection.in_atomic_block:
        raise RuntimeError("A claim is inserted by the transaction of the work it guards")
    now = clock.now()
    values: list[Any] = [_owner(actor), claim.key, claim.operation, claim.body_hash, now, now - KEPT_FOR]
    inserted = fetch_prepared(
        connection,
        """
            INSERT INTO core_idempotencykey AS kept (owner, key, operation, body_hash, created_at, result_type)
            VALUES (%s, %s, %s, %s, %s, '')
            ON CONFLICT (owner, key) DO UPDATE
            SET operation = EXCLUDED.operation, body_hash = EXCLUDED.body_hash, created_at = EXCLUDED.created_at,
                result_type = '', result_id = NULL
            WHERE kept.created_at < %s
            RETURNING id
        """,
        values,
    )
    if inserted:
        return None
    kept = IdempotencyKey.objects.get(owner=_owner(actor), key=claim.key)
    if (kept.operation, kept.body_hash) != (claim.operation, claim.body_hash):
        raise _conflict()
    return _result(kept)


def complete(actor: Actor, claim: Claim | None, result_obj: Model) -> None:
    """Notes what the work gave, for the replays to come."""
    if claim is None:
        return
    changed = fetch_prepared(
        connection,
        "UPDATE core_idempotencykey SET result_type = %s, result_id = %s WHERE owner = %s AND key = %s RETURNING id",
        [result_obj._meta.label_lower, result_obj.pk, _owner(actor), claim.key],
    )
    if not changed:
        raise RuntimeError("A claim is completed by the transaction that began it")


def forget_old_keys() -> int:
    """Deletes the keys that no retry may use any more."""
    return IdempotencyKey.objects.filter(created_at__lt=clock.now() - KEPT_FOR).delete()[0]


def _owner(actor: Actor) -> str:
    """Who may replay: the account; for a visitor, the address, as a first retry may come before any cookie was kept."""
    if actor.user_id is not None:
        return f"user:{actor.user_id}"
    return f"system:{actor.name}" if actor.is_system else f"visitor:{actor.ip}"


def _result(kept: IdempotencyKey) -> Model:
    try:
        model = apps.get_model(kept.result_type)
        return model._base_manager.get(pk=kept.result_id)
    except (LookupError, ValueError, ObjectDoesNotExist) as error:
        raise _conflict() from error


def _conflict() -> DomainError:
    return DomainError(
        "idempotency_conflict",
        _("Cette clé a déjà servi pour une autre demande."),
        status=422,
    )


def _is_form(request: HttpRequest) -> bool:
    return request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}


def _body_hash(request: HttpRequest) -> str:
    digest = hashlib.sha256(f"{request.method} {request.path}?{request.META.get('QUERY_STRING', '')}\n".encode())
    if _is_form(request):
        fields = sorted(
            (name, request.POST.getlist(name)) for name in request.POST if name not in _NOT_PART_OF_THE_BODY
        )
        digest.update(json.dumps(fields).encode())
        for name in sorted(request.FILES):
            for upload in request.FILES.getlist(name):
                digest.update(f"\n{name}\n".encode())
                for chunk in upload.chunks():
                    digest.update(chunk)
                upload.seek(0)
    else:
        digest.update(request.body)
    return digest.hexdigest()
