"""The API's description, and its page for people."""

import json

import pytest
from drf_spectacular.validation import validate_schema

from core.api import documentation
from core.api.schema import COMMON

pytestmark = pytest.mark.django_db


@pytest.fixture
def described(client):
    documentation.description.cache_clear()
    yield json.loads(client.get("/api/schema/", headers={"Accept": "application/json"}).content)
    documentation.description.cache_clear()


def operations(described):
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if method in documentation.METHODS:
                yield f"{method} {path}", operation


def test_the_description_is_openapi_3_1(described):
    assert described["openapi"].startswith("3.1")
    validate_schema(described)


def test_every_call_of_the_api_is_described(described):
    assert len(list(operations(described))) > 20
    assert all(path.startswith("/api/v1/") for path in described["paths"])


def test_every_call_tells_its_errors(described):
    for name, operation in operations(described):
        assert {str(status) for status in COMMON} <= set(operation["responses"]), name
        for status, response in operation["responses"].items():
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"], name
                assert response["description"], f"{name} {status} names its codes"


def test_a_call_that_counts_once_asks_for_a_key(described):
    asked = {
        name
        for name, operation in operations(described)
        if any(p["name"] == "Idempotency-Key" and p.get("required") for p in operation.get("parameters", []))
    }

    assert {
        "post /api/v1/appointments",
        "post /api/v1/appointments/{uid}/cancel",
        "post /api/v1/appointments/{uid}/reschedule",
    } <= asked
    assert not {name for name in asked if name.startswith("get ")}


def test_a_public_call_may_be_made_without_signing_in(described):
    security = {name: operation["security"] for name, operation in operations(described)}

    assert {} in security["get /api/v1/availabilities"]
    assert {} not in security["get /api/v1/appointments"]
    assert {"sessionToken": []} in security["get /api/v1/appointments"]


def test_the_space_may_be_named_where_there_is_one(described):
    parameters = {name: {p["name"] for p in o.get("parameters", [])} for name, o in operations(described)}

    assert "X-Space" in parameters["get /api/v1/appointments"]
    assert "X-Space" not in parameters["get /api/v1/availabilities"]


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "application/json"),
        ("application/vnd.oai.openapi+json", "application/vnd.oai.openapi+json"),
        ("application/vnd.oai.openapi", "application/vnd.oai.openapi"),
    ],
)
def test_the_description_comes_in_the_form_asked_for(client, accept, content_type):
    assert client.get("/api/schema/", headers={"Accept": accept})["Content-Type"].startswith(content_type)


def test_the_page_shows_every_call(client, described):
    page = client.get("/api/docs/").content.decode()

    for name, _ in operations(described):
        method, _, path = name.partition(" ")
        assert f"<code>{method.upper()} {path}</code>" in page
    assert "<script" not in page.split("</head>")[1]


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ({"type": "string", "format": "date-time"}, "string (date-time)"),
        ({"type": ["integer", "null"]}, "integer | null"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Slot"}}, "[Slot]"),
        ({"oneOf": [{"$ref": "#/components/schemas/Slot"}, {"type": "null"}]}, "Slot | null"),
        ({"enum": ["M", "F"]}, "M | F"),
        ({}, "object"),
    ],
)
def test_a_schema_has_a_short_name(schema, name):
    assert documentation.type_of(schema) == name
