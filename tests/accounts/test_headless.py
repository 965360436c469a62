"""Programs sign up and sign in through `/_allauth/app/v1/`, with a session token instead of a cookie."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import User
from accounts.services.second_factor import enrol_totp
from core import clock

from .conftest import PASSWORD, SECRET, totp_code

BASE = "/_allauth/app/v1"


class Program:
    """Keeps the session token the way a program does."""

    def __init__(self, client) -> None:
        self.client = client
        self.token = ""

    def call(self, method: str, path: str, **body: object):
        headers = {"X-Session-Token": self.token} if self.token else {}
        response = getattr(self.client, method)(
            BASE + path, data=json.dumps(body), content_type="application/json", headers=headers
        )
        answer = response.json()
        self.token = answer.get("meta", {}).get("session_token") or self.token
        return response.status_code, answer

    def post(self, path: str, **body: object):
        return self.call("post", path, **body)

    def get(self, path: str):
        headers = {"X-Session-Token": self.token} if self.token else {}
        response = self.client.get(BASE + path, headers=headers)
        return response.status_code, response.json()


@pytest.fixture
def program(client, db) -> Program:
    return Program(client)


def pending(answer: dict) -> list[str]:
    return [flow["id"] for flow in answer["data"]["flows"] if flow.get("is_pending")]


def test_a_program_signs_up_with_a_code(program, last_code):
    status, answer = program.post("/auth/signup", email="alice@prendsoin.example")
    assert (status, pending(answer)) == (401, ["verify_email"])

    status, answer = program.post("/auth/email/verify", key=last_code())

    assert status == 200
    user = User.objects.get()
    assert answer["data"]["user"] == {
        "id": str(user.uid),
        "email": "alice@prendsoin.example",
        "display": "alice",
        "has_usable_password": False,
    }
    assert program.get("/auth/session")[0] == 200


def test_a_program_signs_up_with_a_password_too(program, last_code):
    assert program.post("/auth/signup", email="alice@prendsoin.example", password="court")[0] == 400
    program.post("/auth/signup", email="alice@prendsoin.example", password=PASSWORD)
    program.post("/auth/email/verify", key=last_code())

    assert User.objects.get().check_password(PASSWORD)


def test_a_sign_up_is_answered_alike_for_a_known_address(program, alice):
    known = program.post("/auth/signup", email=alice.email)
    program.token = ""
    unknown = program.post("/auth/signup", email="nobody@prendsoin.example")

    for _, answer in (known, unknown):
        answer["meta"].pop("session_token")
    assert known == unknown


def test_a_program_signs_in_with_a_code(program, alice, last_code):
    status, answer = program.post("/auth/code/request", email=alice.email)
    assert (status, pending(answer)) == (401, ["login_by_code"])

    assert program.post("/auth/code/confirm", code="000000")[0] == 400
    status, answer = program.post("/auth/code/confirm", code=last_code())

    assert status == 200
    assert answer["data"]["user"]["id"] == str(alice.uid)


def test_a_program_signs_in_with_password_and_second_factor(program, alice):
    enrol_totp(alice, SECRET)
    status, answer = program.post("/auth/login", email=alice.email, password=PASSWORD)
    assert (status, pending(answer)) == (401, ["mfa_authenticate"])

    assert program.post("/auth/2fa/authenticate", code="000000")[0] == 400
    status, answer = program.post("/auth/2fa/authenticate", code=totp_code())

    assert status == 200
    assert [method["method"] for method in answer["data"]["methods"]] == ["password", "mfa"]


def test_a_wrong_password_is_answered_alike_for_an_unknown_address(program, alice):
    wrong = program.post("/auth/login", email=alice.email, password="pas le bon mot")
    unknown = program.post("/auth/login", email="nobody@prendsoin.example", password="pas le bon mot")

    assert wrong == unknown
    assert wrong[0] == 400


def test_a_session_ends(program, alice):
    program.post("/auth/login", email=alice.email, password=PASSWORD)
    assert program.call("delete", "/auth/session")[0] == 401

    assert program.get("/auth/session")[0] in {401, 410}


def test_an_unknown_token_is_gone(program):
    program.token = "0" * 32

    assert program.get("/auth/session")[0] == 410


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff\xfe", b"null", b'"x"', b"\x00"])
def test_a_malformed_body_is_a_bad_request(client, db, body):
    response = client.post(f"{BASE}/auth/login", data=body, content_type="application/json")

    assert response.status_code == 400


@pytest.mark.parametrize("email", ["x" * 5000, "a\x00@b.fr", "<script>", 12, None, ["a@b.fr"], {"a": 1}])
def test_a_malformed_address_is_refused(program, email):
    assert program.post("/auth/code/request", email=email)[0] == 400


def test_an_old_session_of_a_code_account_proves_itself_before_a_change(program, make_user, last_code):
    user = make_user(password=None)
    program.post("/auth/code/request", email=user.email)
    program.post("/auth/code/confirm", code=last_code())

    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        status, _ = program.post("/account/email", email="new@prendsoin.example")

    assert status == 401
    user.refresh_from_db()
    assert user.email == "alice@prendsoin.example"


def test_too_many_codes_are_a_429(program, alice):
    answers = []
    for _ in range(6):
        program.token = ""
        answers.append(program.post("/auth/code/request", email=alice.email)[0])

    assert answers == [401] * 5 + [429]


def test_the_browser_client_is_off():
    assert reverse("headless:app:account:login") == f"{BASE}/auth/login"
    with pytest.raises(Exception, match="browser"):
        reverse("headless:browser:account:login")
