"""The second factor: asked after every first one, each code once, recovery codes, and what it opens."""

import json

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from accounts import selectors
from accounts.services.second_factor import enrol_totp
from core.access.identify import is_strong

from .conftest import PASSWORD, SECRET, totp_code

SIGN_IN = "/compte/connexion/"
ASK_CODE = "/compte/connexion/code/"
STEP = "/compte/second-facteur/code/"


@pytest.fixture(autouse=True)
def still_clock():
    with time_machine.travel("2026-11-24T09:00:10Z", tick=False) as clock_at:
        yield clock_at


def strong(client, user) -> bool:
    return is_strong(user, client.session)


def test_the_second_factor_is_asked_after_the_password(client, strong_alice):
    response = client.post(SIGN_IN, {"login": strong_alice.email, "password": PASSWORD})

    assert (response.status_code, response.url) == (302, STEP)
    assert client.get("/compte/").status_code == 302
    client.post(STEP, {"code": totp_code()})
    assert client.get("/compte/").status_code == 200
    assert strong(client, strong_alice)


def test_the_second_factor_is_asked_after_a_code_by_email(client, strong_alice, last_code):
    client.post(ASK_CODE, {"email": strong_alice.email})
    response = client.post("/compte/code/", {"code": last_code()})

    assert (response.status_code, response.url) == (302, STEP)
    assert "_auth_user_id" not in client.session


def test_the_second_factor_is_asked_after_a_new_password(client, strong_alice, last_code):
    client.post("/compte/mot-de-passe/oublie/", {"email": strong_alice.email})
    client.post("/compte/mot-de-passe/oublie/code/", {"code": last_code()})
    client.post("/compte/mot-de-passe/nouveau/", {"password1": "un tout autre mot de passe"})

    response = client.post(SIGN_IN, {"login": strong_alice.email, "password": "un tout autre mot de passe"})

    assert response.url == STEP


def test_a_session_without_second_factor_is_not_strong(client, alice, sign_in):
    sign_in(alice)

    assert not strong(client, alice)


def test_a_wrong_code_leaves_the_person_outside(client, strong_alice):
    client.post(SIGN_IN, {"login": strong_alice.email, "password": PASSWORD})

    response = client.post(STEP, {"code": "000000"})

    assert response.status_code == 200
    assert "Ce code ne correspond pas" in response.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("seconds", [0, 31, 59])
def test_each_code_serves_once_for_as_long_as_it_lives(client, strong_alice, sign_in, still_clock, seconds):
    code = totp_code(step=1)
    sign_in(strong_alice, totp=code)
    client.post("/compte/deconnexion/")
    still_clock.shift(seconds)

    client.post(SIGN_IN, {"login": strong_alice.email, "password": PASSWORD})
    client.post(STEP, {"code": code})

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("step", "enters"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_of_the_neighbouring_half_minute_is_taken(client, strong_alice, step, enters):
    client.post(SIGN_IN, {"login": strong_alice.email, "password": PASSWORD})
    client.post(STEP, {"code": totp_code(step=step)})

    assert ("_auth_user_id" in client.session) is enters


def test_guesses_of_the_code_are_counted(client, strong_alice):
    client.post(SIGN_IN, {"login": strong_alice.email, "password": PASSWORD})
    for number in range(10):
        client.post(STEP, {"code": f"00000{number}"})

    response = client.post(STEP, {"code": totp_code()})

    assert "Trop d’essais" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_recovery_code_opens_once(client, strong_alice):
    code = Authenticator.objects.get(user=strong_alice, type="recovery_codes").wrap().get_unused_codes()[0]
    entered = []
    for _ in range(2):
        client.post(SIGN_IN, {"login": strong_alice.email, "password": PASSWORD})
        client.post(STEP, {"code": code})
        entered.append("_auth_user_id" in client.session)
        client.post("/compte/deconnexion/")

    assert entered == [True, False]


def test_the_database_does_not_hold_the_secrets(strong_alice):
    stored = json.dumps([found.data for found in Authenticator.objects.filter(user=strong_alice)])

    assert SECRET not in stored
    codes = Authenticator.objects.get(user=strong_alice, type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    assert not any(code in stored for code in codes)


def test_enrolling_again_replaces_the_app(strong_alice):
    other = "KRSXG5CTMVRXEZLU"

    enrol_totp(strong_alice, other)

    wrapped = Authenticator.objects.get(user=strong_alice, type="totp").wrap()
    assert not wrapped.validate_code(totp_code(SECRET))
    assert wrapped.validate_code(totp_code(other))


def test_adding_an_app_makes_this_session_strong_and_ends_the_others(client, alice, sign_in, letters, monkeypatch):
    # The test's own transaction never commits; a real request commits before it ends.
    monkeypatch.setattr("django.db.transaction.on_commit", lambda work, **options: work())
    elsewhere = type(client)()
    elsewhere.post(SIGN_IN, {"login": alice.email, "password": PASSWORD})
    sign_in(alice)
    page = client.get("/compte/second-facteur/application/").content.decode()
    secret = client.session["mfa.totp.secret"]

    response = client.post("/compte/second-facteur/application/", {"code": totp_code(secret)})

    assert secret in page
    assert (response.status_code, response.url) == (302, "/compte/second-facteur/secours/")
    assert strong(client, alice)
    assert elsewhere.get("/compte/").status_code == 302
    assert UserSession.objects.filter(user=alice).count() == 1
    assert "Second facteur activé" in [envelope.subject for envelope in letters()]
    assert client.get(response.url).content.decode().count("<code>") == 10


def test_setting_up_leads_back_to_the_page_that_asked(client, alice, sign_in):
    sign_in(alice)
    client.get("/compte/second-facteur/?next=/cabinet/agenda/")
    enrol_totp(alice, SECRET)

    assert client.get("/compte/accueil/").url == "/cabinet/agenda/"
    assert client.get("/compte/accueil/").url != "/cabinet/agenda/"


def test_where_to_give_or_set_up_the_second_factor(alice, make_user):
    other = make_user("bob@prendsoin.example")
    enrol_totp(other, SECRET)

    assert selectors.second_factor_page(alice) == "/compte/second-facteur/"
    assert selectors.second_factor_page(other) == "/compte/verification/second-facteur/"


def test_giving_the_second_factor_later_makes_the_session_strong(client, alice, sign_in):
    sign_in(alice)
    enrol_totp(alice, SECRET)

    response = client.post("/compte/verification/second-facteur/", {"code": totp_code(), "next": "/cabinet/"})

    assert (response.status_code, response.url) == (302, "/cabinet/")
    assert strong(client, alice)


def test_removing_the_app_takes_a_recent_proof(client, strong_alice, sign_in, still_clock):
    sign_in(strong_alice, totp=totp_code())
    still_clock.shift(301)

    asked = client.post("/compte/second-facteur/application/retirer/")
    assert Authenticator.objects.filter(user=strong_alice).exists()
    client.post("/compte/verification/second-facteur/", {"code": totp_code()})
    client.post("/compte/second-facteur/application/retirer/")

    assert asked.url.startswith("/compte/verification/")
    assert not Authenticator.objects.filter(user=strong_alice).exists()
