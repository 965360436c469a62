"""Signing in by password or by code, and forgetting a password: the same answers whether the account exists or not."""

import pytest

from .conftest import PASSWORD, page_text

SIGN_IN = "/compte/connexion/"
ASK_CODE = "/compte/connexion/code/"
FORGOTTEN = "/compte/mot-de-passe/oublie/"
NOBODY = "nobody@prendsoin.example"


def test_password_signs_in(client, alice):
    response = client.post(SIGN_IN, {"login": "ALICE@prendsoin.example", "password": PASSWORD})

    assert (response.status_code, response.url) == (302, "/compte/accueil/")
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(client, alice):
    wrong = client.post(SIGN_IN, {"login": alice.email, "password": "pas le bon mot"})
    unknown = client.post(SIGN_IN, {"login": NOBODY, "password": "pas le bon mot"})

    assert wrong.status_code == 200
    assert "ne correspond pas" in wrong.content.decode()
    assert page_text(wrong) == page_text(unknown).replace(NOBODY, alice.email)


@pytest.mark.parametrize(
    ("ask", "answer"), [(ASK_CODE, "/compte/code/"), (FORGOTTEN, "/compte/mot-de-passe/oublie/code/")]
)
def test_asking_a_code_tells_nothing_about_accounts(client, alice, letters, ask, answer):
    pages = []
    for email in (alice.email, NOBODY):
        response = client.post(ask, {"email": email})
        assert (response.status_code, response.url) == (302, answer)
        pages.append(page_text(client.get(answer)).replace(email, "ADDRESS"))
        client.post("/compte/deconnexion/")

    assert pages[0] == pages[1]
    assert [envelope.to for envelope in letters()] == [alice.email, NOBODY]


def test_the_limit_of_codes_tells_nothing_about_accounts(client, alice):
    def answers(email):
        found = []
        for _ in range(6):
            found.append(client.post(ASK_CODE, {"email": email}).status_code)
            client.post("/compte/deconnexion/")
        return found

    assert answers(alice.email) == answers(NOBODY) == [302] * 5 + [429]


@pytest.mark.parametrize("page", ["/compte/code/", "/compte/mot-de-passe/oublie/code/"])
def test_a_wrong_code_is_refused_alike_with_and_without_account(client, alice, page):
    ask = ASK_CODE if page == "/compte/code/" else FORGOTTEN
    pages = []
    for email in (alice.email, NOBODY):
        client.post(ask, {"email": email})
        pages.append(page_text(client.post(page, {"code": "000000"})).replace(email, "ADDRESS"))
        client.post("/compte/deconnexion/")

    assert "Ce code ne correspond pas" in pages[0]
    assert pages[0] == pages[1]


def test_a_code_signs_in(client, alice, last_code):
    client.post(ASK_CODE, {"email": alice.email})
    response = client.post("/compte/code/", {"code": f" {last_code()[:3]} {last_code()[3:]} "})

    assert (response.status_code, response.url) == (302, "/compte/accueil/")


def test_tries_of_a_password_are_counted_but_a_code_still_opens(client, alice, last_code):
    for _ in range(10):
        client.post(SIGN_IN, {"login": alice.email, "password": "pas le bon mot"})
    refused = client.post(SIGN_IN, {"login": alice.email, "password": PASSWORD})

    assert "Trop d’essais" in refused.content.decode()
    client.post(ASK_CODE, {"email": alice.email})
    client.post("/compte/code/", {"code": last_code()})
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_a_forgotten_password_is_replaced_and_every_session_ends(client, alice, sign_in, last_code):
    elsewhere = type(client)()
    elsewhere.force_login(alice)
    client.post(FORGOTTEN, {"email": alice.email})
    client.post("/compte/mot-de-passe/oublie/code/", {"code": last_code()})

    short = client.post("/compte/mot-de-passe/nouveau/", {"password1": "trop court"})
    done = client.post("/compte/mot-de-passe/nouveau/", {"password1": "un tout autre mot de passe"})

    assert short.status_code == 200
    assert (done.status_code, done.url) == (302, "/compte/mot-de-passe/change/")
    assert elsewhere.get("/compte/").status_code == 302
    sign_in(alice, password="un tout autre mot de passe")


def test_a_closed_account_does_not_open_by_password(client, make_user):
    user = make_user(is_active=False)

    response = client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})

    assert (response.status_code, response.url) == (302, "/compte/ferme/")
    assert "_auth_user_id" not in client.session


def test_a_suspended_account_is_out_at_its_next_request(client, alice, sign_in):
    sign_in(alice)
    assert client.get("/compte/").status_code == 200

    alice.is_active = False
    alice.save()

    assert client.get("/compte/").status_code == 302


def test_signing_out_ends_the_session(client, alice, sign_in):
    sign_in(alice)

    client.post("/compte/deconnexion/")

    assert client.get("/compte/").status_code == 302


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_sign_out_page_signs_nobody_out(client, alice, sign_in, method):
    sign_in(alice)

    getattr(client, method)("/compte/deconnexion/")

    assert client.get("/compte/").status_code == 200
