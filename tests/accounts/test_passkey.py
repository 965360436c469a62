"""A passkey as second factor and as the only one, with an authenticator in software."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator

from core.access.identify import is_strong

from .authenticator import SoftwarePasskey
from .conftest import PASSWORD

ADD = "/compte/second-facteur/cles/ajouter/"
STEP = "/compte/second-facteur/code/"
PASSKEY_SIGN_IN = "/compte/connexion/cle/"


def options_of(page: str, name: str) -> dict:
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page, re.DOTALL)
    return json.loads(found.group(1))[name]


@pytest.fixture
def https(client):
    client.defaults["wsgi.url_scheme"] = "https"
    return client


@pytest.fixture
def passkey(https, alice, sign_in) -> SoftwarePasskey:
    """Alice's, added through the page, able to sign her in on its own; the browser is then signed out."""
    sign_in(alice)
    key = SoftwarePasskey()
    options = options_of(https.get(ADD).content.decode(), "creation_options")
    response = https.post(ADD, {"name": "Téléphone", "passwordless": "on", "credential": key.create(options)})
    assert (response.status_code, response.url) == (302, "/compte/second-facteur/secours/")
    https.post("/compte/deconnexion/")
    return key


def test_a_passkey_is_added_and_named(https, alice, passkey, letters):
    found = Authenticator.objects.get(user=alice, type="webauthn")

    assert str(found) == "Téléphone"
    assert found.wrap().is_passwordless
    assert "Clé d’accès ajoutée" in [envelope.subject for envelope in letters()]


def test_a_passkey_is_asked_after_the_password(https, alice, passkey):
    response = https.post("/compte/connexion/", {"login": alice.email, "password": PASSWORD})
    assert response.url == STEP
    options = options_of(https.get(STEP).content.decode(), "request_options")

    response = https.post(STEP, {"credential": passkey.get(options)})

    assert (response.status_code, response.url) == (302, "/compte/accueil/")
    assert is_strong(alice, https.session)


def test_a_passkey_signs_in_on_its_own_and_is_strong(https, alice, passkey):
    options = https.get(PASSKEY_SIGN_IN, headers={"accept": "application/json"}).json()["request_options"]

    response = https.post(PASSKEY_SIGN_IN, {"credential": passkey.get(options)})

    assert (response.status_code, response.url) == (302, "/compte/accueil/")
    assert https.session["_auth_user_id"] == str(alice.pk)
    assert is_strong(alice, https.session)


def test_an_answer_for_another_site_is_refused(https, alice, passkey):
    passkey.origin = "https://testserver.evil.example"
    options = https.get(PASSKEY_SIGN_IN, headers={"accept": "application/json"}).json()["request_options"]

    response = https.post(PASSKEY_SIGN_IN, {"credential": passkey.get(options)})

    assert response.url == "/compte/connexion/"
    assert "_auth_user_id" not in https.session


def test_an_answer_serves_once(https, alice, passkey):
    options = https.get(PASSKEY_SIGN_IN, headers={"accept": "application/json"}).json()["request_options"]
    answer = passkey.get(options)
    https.post(PASSKEY_SIGN_IN, {"credential": answer})
    https.post("/compte/deconnexion/")

    https.post(PASSKEY_SIGN_IN, {"credential": answer})

    assert "_auth_user_id" not in https.session


def test_a_forged_signature_is_refused(https, alice, passkey):
    forger = SoftwarePasskey()
    forger.credential_id, forger.user_handle = passkey.credential_id, passkey.user_handle
    options = https.get(PASSKEY_SIGN_IN, headers={"accept": "application/json"}).json()["request_options"]

    response = https.post(PASSKEY_SIGN_IN, {"credential": forger.get(options)})

    assert response.url == "/compte/connexion/"
    assert "_auth_user_id" not in https.session


def test_a_malformed_key_is_not_added(https, alice, sign_in):
    sign_in(alice)
    for credential in ("{}", '{"id": 1}', '{"rawId": "x", "response": {}}', "[]"):
        https.get(ADD)
        assert https.post(ADD, {"name": "x", "credential": credential}).status_code == 200

    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", '{"response": {}}', "x", '{"id": 1, "response": null}'])
def test_a_malformed_answer_is_refused(https, alice, passkey, credential):
    https.get(PASSKEY_SIGN_IN, headers={"accept": "application/json"})

    response = https.post(PASSKEY_SIGN_IN, {"credential": credential})

    assert (response.status_code, response.url) == (302, "/compte/connexion/")


def test_a_passkey_is_renamed_and_removed(https, alice, passkey, letters):
    https.post("/compte/connexion/", {"login": alice.email, "password": PASSWORD})
    https.post(STEP, {"credential": passkey.get(options_of(https.get(STEP).content.decode(), "request_options"))})
    found = Authenticator.objects.get(user=alice, type="webauthn")
    path = f"/compte/second-facteur/cles/{found.pk}"

    https.post(f"{path}/renommer/", {"name": "Clé USB"})
    assert "Clé USB" in https.get("/compte/second-facteur/cles/").content.decode()
    https.post(f"{path}/retirer/")

    assert not Authenticator.objects.filter(user=alice).exists()
    assert letters()[-1].subject == "Clé d’accès retirée"
