"""The base of the API: who is admitted, and the form of every error."""

import json

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client, override_settings

from core.middleware.access import UndeclaredAddress
from tests.core.conftest import PRACTICE_ID, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.addresses")]

PROBLEM = "application/problem+json"


def assert_problem(response, status, code):
    assert (response.status_code, response["Content-Type"]) == (status, PROBLEM)
    body = json.loads(response.content)
    assert (body["status"], body["code"]) == (status, code)
    assert body["title"]
    assert body["detail"]
    assert "secret" not in response.content.decode()
    return body


def token_of(user=None, *, strong=False, space="", **extra):
    """A session opened by a program; its key is its token."""
    session = SessionStore()
    client = Client()
    if user is not None:
        sign_in(client, user, strong=strong, space=space)
        return client.session.session_key
    session.update({"pending": "sign-in", **extra})
    session.create()
    return session.session_key


def call(client, path, token=None, method="get", space=None, **kwargs):
    headers = {"X-Session-Token": token} if token else {}
    headers |= {"X-Space": space} if space else {}
    if method != "get" and "data" in kwargs:
        kwargs.setdefault("content_type", "application/json")
    return getattr(client, method)(path, headers=headers, **kwargs)


def test_a_public_call_admits_everybody(client):
    assert client.get("/api/t/public").json() == {"user": None, "space": None, "session": "", "strong": False}


def test_a_call_that_needs_somebody_is_answered_401_with_a_challenge(client):
    response = client.get("/api/t/patient")

    assert_problem(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"] == 'Session realm="prendsoin"'


def test_a_session_token_signs_in(client, alice):
    response = call(client, "/api/t/patient", token_of(alice))

    assert response.json() == {"user": alice.pk, "space": "patient", "session": "", "strong": False}


@pytest.mark.parametrize("token", ["unknown", "é", "a b", "x" * 5000])
@pytest.mark.parametrize("path", ["/api/t/public", "/api/t/patient"])
def test_a_token_that_opens_nothing_is_refused_everywhere(client, token, path):
    response = client.get(path, headers={"X-Session-Token": token.encode().decode("latin-1")})

    assert_problem(response, 401, "authentication_failed")


def test_the_cookie_of_the_site_signs_in_to_read(client, alice):
    assert sign_in(client, alice).get("/api/t/patient").json()["user"] == alice.pk


def test_the_cookie_of_the_site_writes_with_the_csrf_token_only(alice):
    client = sign_in(Client(enforce_csrf_checks=True), alice)
    body = json.dumps({"name": "x"})

    refused = client.post("/api/t/patient", body, content_type="application/json")
    client.cookies["csrftoken"] = "a" * 32
    admitted = client.post("/api/t/patient", body, content_type="application/json", headers={"X-CSRFToken": "a" * 32})

    assert_problem(refused, 403, "csrf_failed")
    assert admitted.status_code == 201


def test_an_ended_session_token_is_refused_at_the_next_call(client, alice):
    token = token_of(alice)
    assert call(client, "/api/t/patient", token).status_code == 200

    SessionStore(token).delete()

    assert_problem(call(client, "/api/t/patient", token), 401, "authentication_failed")


def test_the_only_practice_is_implied(client, sophie, practices):
    response = call(client, "/api/t/practice", token_of(sophie, strong=True))

    assert (response.json()["space"], response.json()["user"]) == ("practice", sophie.pk)


def test_the_header_names_the_space(client, sophie, practices):
    token = token_of(sophie, strong=True)

    assert call(client, "/api/t/practice", token, space="practice:lilas").json()["space"] == "practice"
    assert call(client, "/api/t/patient", token, space="patient").json()["space"] == "patient"


def test_a_call_from_the_wrong_space_says_so_to_those_who_have_the_right_one(client, sophie, practices):
    response = call(client, "/api/t/practice", token_of(sophie, strong=True), space="patient")

    assert_problem(response, 403, "wrong_space")


def test_a_call_of_practices_is_not_there_for_patients(client, alice, practices):
    missing = client.get("/api/t/nothing")

    response = call(client, "/api/t/practice", token_of(alice, strong=True))

    assert_problem(response, 404, "not_found")
    assert response.content == missing.content


def test_anothers_practice_is_refused(client, alice, practices):
    assert_problem(call(client, "/api/t/patient", token_of(alice), space="practice:lilas"), 403, "wrong_space")


def test_a_practice_asks_for_a_second_factor(client, sophie, practices):
    assert_problem(call(client, "/api/t/practice", token_of(sophie)), 403, "second_factor_required")


def test_an_ended_membership_ends_at_the_next_call(client, sophie, practices):
    token = token_of(sophie, strong=True)
    assert call(client, "/api/t/practice", token, space="practice:lilas").status_code == 200

    practices.clear()

    assert_problem(call(client, "/api/t/practice", token), 404, "not_found")


def test_a_visitor_with_a_token_is_known_again(client):
    token = token_of()

    first = call(client, "/api/t/public", token, "post", data={"name": "x"}).json()["session"]
    second = call(client, "/api/t/public", token).json()["session"]

    assert len(first) == 64
    assert second == first


def test_a_visitor_without_a_token_is_known_by_the_cookie(client):
    first = client.post("/api/t/public", {"name": "x"}, content_type="application/json").json()["session"]

    assert client.get("/api/t/public").json()["session"] == first


def test_an_undeclared_call_raises_in_the_tests(client):
    with pytest.raises(UndeclaredAddress):
        client.get("/api/t/undeclared")


def test_an_undeclared_call_is_not_there_in_production(client):
    with override_settings(TESTING=False):
        assert_problem(client.get("/api/t/undeclared"), 404, "not_found")


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("domain", 409, "slot_taken"),
        ("limit", 429, "too_many_requests"),
        ("missing", 404, "not_found"),
        ("denied", 403, "permission_denied"),
        ("suspicious", 400, "bad_request"),
        ("down", 503, "database_unavailable"),
        ("stopping", 503, "database_unavailable"),
        ("busy", 503, "busy"),
        ("value", 400, "invalid_value"),
        ("encoding", 400, "invalid_value"),
    ],
)
@pytest.mark.parametrize("kind", ["public", "page"])
def test_every_fault_has_its_code(client, kind, fault, status, code):
    body = assert_problem(client.get(f"/api/t/{kind}/{fault}"), status, code)

    assert body.get("alternatives") == (["a"] if fault == "domain" else None)


@pytest.mark.parametrize(("fault", "seconds"), [("limit", "30"), ("down", "5"), ("busy", "2"), ("domain", None)])
def test_what_passes_says_when_to_come_back(client, fault, seconds):
    assert client.get(f"/api/t/public/{fault}").get("Retry-After") == seconds


def test_a_fault_of_ours_says_nothing_of_it():
    response = Client(raise_request_exception=False).get("/api/t/public/ours")

    assert_problem(response, 500, "server_error")


def test_an_unknown_address_is_answered_in_the_form_of_the_api(client):
    for path in ("/api/v1/nothing", "/api/v2/", "/api/t/public/missing/deeper", "/api/"):
        assert_problem(client.get(path), 404, "not_found")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_a_method_that_is_not_there_is_refused_before_anything_else(client, method):
    response = getattr(client, method)("/api/t/patient")

    assert_problem(response, 405, "method_not_allowed")
    assert "GET" in response.get("Allow", "GET")


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed_request"),
        (b"[1]", "application/json", 400, "malformed_request"),
        (b'{"name":"\\u0000"}', "application/json", 400, "malformed_request"),
        (b"name=x", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b"<a/>", "application/xml", 415, "unsupported_media_type"),
        (b'{"name":"x"}', "application/json; charset=utf-16", 400, "malformed_request"),
        (b'{"name":"x"}', "application/json; charset=utf-8", 201, ""),
        (b'{"name":"' + b"x" * 1_000_001 + b'"}', "application/json", 413, "payload_too_large"),
    ],
)
def test_bodies_are_read_strictly(client, body, content_type, status, code):
    response = client.post("/api/t/public", body, content_type=content_type)

    assert response.status_code == status
    if status != 201:
        assert_problem(response, status, code)


def test_what_is_wrong_in_a_body_is_pointed_at(client):
    body = {"name": "too long", "days": [1, 0, "x"]}

    response = client.post("/api/t/public", body, content_type="application/json")

    found = assert_problem(response, 400, "invalid")["errors"]
    assert [(error["pointer"], error["code"]) for error in found] == [
        ("/name", "max_length"),
        ("/days/1", "min_value"),
        ("/days/2", "invalid"),
    ]


def test_a_form_nobody_can_give_is_refused(client):
    assert_problem(client.get("/api/t/public", headers={"Accept": "application/xml"}), 406, "not_acceptable")


def test_nul_in_a_query_is_refused(client):
    assert_problem(client.get("/api/t/public?q=%00"), 400, "invalid_value")


def test_a_key_is_asked_for_once_for_all(client, alice):
    token = token_of(alice)
    headers = {"X-Session-Token": token}

    without = client.post("/api/t/once", {"name": "x"}, content_type="application/json", headers=headers)
    with_key = client.post(
        "/api/t/once", {"name": "x"}, content_type="application/json", headers=headers | {"Idempotency-Key": "k1"}
    )

    assert_problem(without, 400, "idempotency_key_required")
    assert with_key.json()["operation"] == "POST t_once"
    assert with_key.json()["name"] == "x"


def test_lists_have_one_shape(client):
    first = client.get("/api/t/list?page_size=20").json()
    last = client.get("/api/t/list?page=3").json()

    assert (first["count"], len(first["results"]), first["previous"]) == (45, 20, None)
    assert first["next"] == "http://testserver/api/t/list?page=2&page_size=20"
    assert ([row["number"] for row in last["results"]], last["next"]) == ([40, 41, 42, 43, 44], None)
    assert len(client.get("/api/t/list?page_size=1000").json()["results"]) == 45


@pytest.mark.parametrize("page", ["0", "4", "x", "-1", "99999999999999999999"])
def test_a_page_that_is_not_there(client, page):
    assert_problem(client.get(f"/api/t/list?page={page}"), 404, "not_found")


def test_errors_speak_the_language_asked_for(client):
    french = client.get("/api/t/patient", headers={"Accept-Language": "fr"}).json()

    assert french["detail"] == "Connectez-vous pour continuer."


def test_the_practice_of_the_actor_is_the_resolved_one(client, sophie, practices, monkeypatch):
    from tests.core import addresses

    seen = []
    monkeypatch.setattr(addresses.PracticeApi, "get", lambda self, request: seen.append(request.actor) or _empty())
    call(client, "/api/t/practice", token_of(sophie, strong=True))

    assert (seen[0].practice_id, seen[0].strong, seen[0].ip) == (PRACTICE_ID, True, "127.0.0.1")


def _empty():
    from rest_framework.response import Response

    return Response({})
