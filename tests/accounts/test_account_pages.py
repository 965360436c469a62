"""Every page of the account is drawn, has one title and one h1; preferences, sessions, spaces."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from accounts.services.second_factor import enrol_totp
from core.access.identify import SPACE_KEY

from .conftest import PASSWORD, SECRET

SIGNED_IN = [
    "/compte/",
    "/compte/email/",
    "/compte/telephone/",
    "/compte/mot-de-passe/",
    "/compte/second-facteur/",
    "/compte/second-facteur/?next=/cabinet/",
    "/compte/second-facteur/application/",
    "/compte/second-facteur/cles/",
    "/compte/second-facteur/cles/ajouter/",
    "/compte/sessions/",
    "/compte/preferences/",
    "/compte/espace/",
    "/compte/donnees/",
    "/compte/fermer/",
    "/compte/deconnexion/",
    "/compte/verification/mot-de-passe/",
]
ANYBODY = [
    "/compte/inscription/",
    "/compte/connexion/",
    "/compte/connexion/code/",
    "/compte/mot-de-passe/oublie/",
    "/compte/mot-de-passe/change/",
    "/compte/ferme/",
]


def looks_right(response) -> bool:
    text = response.content.decode()
    title = re.search(r"<title>(.*?) · Prendsoin</title>", text, re.DOTALL)
    heading = re.findall(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    return (
        response.status_code == 200
        and title is not None
        and bool(title.group(1).strip())
        and len(heading) == 1
        and bool(heading[0].strip())
        and " style=" not in text
        and not re.search(r"<script(?![^>]*(src=|application/json))", text)
    )


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", ANYBODY)
def test_a_page_of_the_way_in_is_drawn(client, db, path, language):
    assert looks_right(client.get(path, headers={"accept-language": language}))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", SIGNED_IN)
def test_a_page_of_the_account_is_drawn(client, alice, sign_in, path, language):
    alice.language = language
    alice.save()
    sign_in(alice)

    response = client.get(path)

    assert looks_right(response)
    assert f'<html lang="{language}"' in response.content.decode()


@pytest.mark.parametrize("path", SIGNED_IN)
def test_a_page_of_the_account_asks_visitors_to_sign_in(client, db, path):
    response = client.get(path)

    assert response.status_code == 302
    if path != "/compte/deconnexion/":
        assert response.url.startswith("/compte/connexion/?next=%2Fcompte%2F")


@pytest.mark.parametrize(
    "path",
    [
        "/compte/second-facteur/application/retirer/",
        "/compte/second-facteur/secours/",
        "/compte/second-facteur/secours/autres/",
        "/compte/second-facteur/secours/fichier/",
        "/compte/verification/second-facteur/",
    ],
)
def test_a_page_of_a_strong_account_is_drawn(client, alice, sign_in, path):
    sign_in(alice)
    enrol_totp(alice, SECRET)

    response = client.get(path)

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain") or looks_right(response)


def test_codes_pages_are_drawn(client, strong_alice):
    client.post("/compte/connexion/code/", {"email": strong_alice.email})
    assert looks_right(client.get("/compte/code/"))
    client.post("/compte/deconnexion/")
    client.post("/compte/connexion/", {"login": strong_alice.email, "password": PASSWORD})
    assert looks_right(client.get("/compte/second-facteur/code/"))
    assert looks_right(client.get("/compte/second-facteur/perdu/"))


def test_the_overview_says_what_protects_the_account(client, strong_alice):
    client.force_login(strong_alice)

    text = client.get("/compte/").content.decode()

    assert strong_alice.email in text
    assert "Activé" in text


def test_preferences_are_kept_and_shown(client, alice, sign_in):
    sign_in(alice)

    client.post("/compte/preferences/", {"display_name": "Alice", "language": "en", "theme": "dark"})

    alice.refresh_from_db()
    assert (alice.display_name, alice.language, alice.theme) == ("Alice", "en", "dark")
    text = client.get("/compte/").content.decode()
    assert '<html lang="en" data-theme="dark">' in text


@pytest.mark.parametrize("values", [{"language": "de", "theme": "dark"}, {"language": "fr", "theme": "neon"}, {}])
def test_preferences_refuse_what_does_not_exist(client, alice, sign_in, values):
    sign_in(alice)

    assert client.post("/compte/preferences/", values).status_code == 200
    alice.refresh_from_db()
    assert (alice.language, alice.theme) == ("fr", "auto")


def test_a_visitor_chooses_the_language_for_the_browser(client, db):
    response = client.post("/compte/langue/", {"language": "en", "next": "/compte/connexion/"})

    assert (response.status_code, response.url) == (302, "/compte/connexion/")
    assert '<html lang="en"' in client.get("/compte/connexion/").content.decode()
    assert client.post("/compte/langue/", {"language": "de"}).status_code == 400
    assert client.post("/compte/langue/", {"language": "en", "next": "//evil.example"}).url == "/"


def test_the_language_of_the_account_wins(client, alice, sign_in):
    sign_in(alice)
    client.post("/compte/langue/", {"language": "en"})

    alice.refresh_from_db()
    assert alice.language == "en"


def test_a_session_is_ended_from_another(client, alice, sign_in):
    elsewhere = type(client)()
    elsewhere.post("/compte/connexion/", {"login": alice.email, "password": PASSWORD})
    sign_in(alice)
    other = UserSession.objects.exclude(session_key=client.session.session_key).get()

    client.post(f"/compte/sessions/{other.pk}/fermer/")

    assert elsewhere.get("/compte/").status_code == 302
    assert client.get("/compte/").status_code == 200


def test_the_sessions_of_others_are_not_there(client, alice, make_user, sign_in):
    bob = make_user("bob@prendsoin.example")
    elsewhere = type(client)()
    elsewhere.post("/compte/connexion/", {"login": bob.email, "password": PASSWORD})
    foreign = UserSession.objects.get(user=bob)
    sign_in(alice)

    answers = [client.post(f"/compte/sessions/{pk}/fermer/").status_code for pk in (foreign.pk, 999_999)]

    assert answers == [404, 404]
    assert elsewhere.get("/compte/").status_code == 200


def test_all_other_sessions_are_ended_at_once(client, alice, sign_in):
    elsewhere = type(client)()
    elsewhere.post("/compte/connexion/", {"login": alice.email, "password": PASSWORD})
    sign_in(alice)

    client.post("/compte/sessions/")

    assert elsewhere.get("/compte/").status_code == 302
    assert client.get("/compte/").status_code == 200


def test_a_new_password_ends_the_other_sessions(client, alice, sign_in, letters):
    elsewhere = type(client)()
    elsewhere.post("/compte/connexion/", {"login": alice.email, "password": PASSWORD})
    sign_in(alice)

    response = client.post(
        "/compte/mot-de-passe/", {"oldpassword": PASSWORD, "password1": "un tout autre mot de passe"}
    )

    assert response.status_code == 302
    assert elsewhere.get("/compte/").status_code == 302
    assert client.get("/compte/").status_code == 200
    assert letters()[-1].subject == "Mot de passe changé"


def test_an_account_entered_by_code_may_choose_a_password(client, make_user, last_code):
    user = make_user(password=None)
    client.post("/compte/connexion/code/", {"email": user.email})
    client.post("/compte/code/", {"code": last_code()})

    client.post("/compte/mot-de-passe/choisir/", {"password1": PASSWORD})

    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_the_platform_space_is_entered_by_its_people_only(client, make_user, alice, sign_in):
    admin = make_user("admin@prendsoin.example", is_platform_staff=True)
    client.force_login(admin)
    assert "La plateforme" in client.get("/compte/espace/").content.decode()
    client.post("/compte/espace/", {"space": "platform"})
    assert client.session[SPACE_KEY] == "platform"

    client.force_login(alice)
    refused = client.post("/compte/espace/", {"space": "platform"})

    assert refused.status_code == 403
    assert client.session.get(SPACE_KEY) != "platform"


def test_landing_asks_for_the_space_of_whoever_has_several(client, make_user, alice):
    client.force_login(make_user("admin@prendsoin.example", is_platform_staff=True))
    assert client.get("/compte/accueil/").url == "/compte/espace/"
    client.force_login(alice)
    assert client.get("/compte/accueil/").url in {"/mes-rendez-vous/", "/compte/"}


def test_pages_of_keys_of_others_are_not_there(client, alice, make_user, sign_in):
    bob = make_user("bob@prendsoin.example")
    enrol_totp(bob, SECRET)
    key = Authenticator.objects.create(user=bob, type="webauthn", data={"name": "clé de Bob", "credential": {}})
    sign_in(alice)

    paths = [f"/compte/second-facteur/cles/{pk}/{act}/" for pk in (key.pk, 999_999) for act in ("retirer", "renommer")]

    assert [client.get(path).status_code for path in paths] == [404] * 4
