"""Generated calls of each operation of the API, as a visitor, a patient and a secretary: never a 5xx but 503.

Thirty per operation, the same in each run; `FUZZ_EXAMPLES=1000 script/test tests/security/test_api_fuzz.py` looks further.
Of a person whom the door of the API refuses whatever is sent, the first three are sent.

The calls are generated from the published description by schemathesis and sent through Django's client, each in a
transaction that is undone.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from django.test import Client
from django.urls import Resolver404
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings

from tests.security.door import Door
from tests.security.world import World, undone

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "30"))
ROLES = ("anonymous", "alice", "sophie")
UNAVAILABLE = 503
# How many calls the door of the API is sent by somebody it does not let in.
AT_THE_DOOR = 3


@lru_cache(maxsize=1)
def operations() -> dict[str, Any]:
    """The operations of the published description, by method and path."""
    description = json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))
    schema = schemathesis.openapi.from_dict(description)
    found = (result.ok() for result in schema.get_all_operations())
    return {f"{one.method.upper()} {one.path}": one for one in found}


@pytest.fixture
def world(lasting_world: World) -> World:
    return lasting_world


def send(client: Client, case: Any) -> Any:
    """One generated call, as a program would send it."""
    query = urlencode(dict(case.query or {}), doseq=True, errors="replace")
    body = b"" if case.body is None or not isinstance(case.body, (dict, list)) else json.dumps(case.body).encode()
    headers = {name: str(value) for name, value in (case.headers or {}).items() if _sendable(name, str(value))}
    if case.method.upper() in {"POST", "PATCH", "PUT", "DELETE"}:
        headers.setdefault("Idempotency-Key", "fuzz-key")
    return client.generic(
        case.method.upper(),
        f"{case.formatted_path}?{query}",
        body,
        content_type="application/json",
        headers=headers,
    )


def is_refused(door: Door, role: str, case: Any) -> bool:
    """Whether the door keeps that person out, before anything of what is sent is read."""
    try:
        return door.refusal_at(role, case.formatted_path, case.method.upper()) is not None
    except Resolver404:
        return False


def _sendable(name: str, value: str) -> bool:
    return name.isascii() and value.isascii() and value.isprintable()


@pytest.mark.timeout(max(300, 3 * EXAMPLES))
@pytest.mark.parametrize("name", operations())
def test_no_generated_call_breaks_the_api(world, name):
    clients = {role: world.client(role, raise_request_exception=False) for role in ROLES}
    broken: list[str] = []
    door, refused = Door(world), Counter()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operations()[name].as_strategy())
    def probe(case: Any) -> None:
        for role, client in clients.items():
            if is_refused(door, role, case):
                refused[role] += 1
                if refused[role] > AT_THE_DOOR:
                    continue
            with undone():
                response = send(client, case)
            if response.status_code >= 500 and response.status_code != UNAVAILABLE:
                broken.append(f"{role}: {response.status_code} {case.query} {case.body}"[:300])

    probe()
    assert broken == []


def test_description_lists_the_calls_of_the_contract():
    paths = {name.partition(" ")[2] for name in operations()}
    assert {
        "/api/v1/availabilities",
        "/api/v1/holds",
        "/api/v1/appointments",
        "/api/v1/patients",
        "/api/v1/practitioners",
        "/api/v1/specialties",
        "/api/v1/places",
        "/api/v1/agendas",
        "/api/v1/opening-hours",
        "/api/v1/absences",
        "/api/v1/visit-reasons",
    } <= paths
