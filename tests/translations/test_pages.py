"""Every page that a visitor or a patient opens is in English for who reads English, forms and refusals included."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.services.second_factor import enrol_totp
from core import clock
from portal.help import TOPICS
from tests.booking.conftest import free_starts
from tests.booking.views.test_steps import filled, hold
from tests.factories import UserFactory
from tests.translations.french import french_on

pytestmark = pytest.mark.django_db

READING = [
    "/",
    "/aide/",
    *(topic.url for topic in TOPICS),
    "/classement/",
    "/mentions-legales/",
    "/confidentialite/",
    "/accessibilite/",
    "/affichage/",
    "/api/docs/",
]
ENTERING = [
    "/compte/inscription/",
    "/compte/connexion/",
    "/compte/connexion/code/",
    "/compte/mot-de-passe/oublie/",
    "/compte/mot-de-passe/change/",
    "/compte/ferme/",
]
ACCOUNT = [
    "/compte/",
    "/compte/identite/",
    "/compte/email/",
    "/compte/telephone/",
    "/compte/mot-de-passe/",
    "/compte/second-facteur/",
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
    "/mes-rendez-vous/",
    "/notifications/",
    "/proches/",
    "/proches/ajouter/",
]
SEARCHES = [
    "/recherche/",
    "/recherche/?q=general&ou=93260",
    "/recherche/?q=general&ou=93260&nouveaux=1&mode=video",
    "/recherche/?q=zzzz&ou=93260",
    "/recherche/?q=general&ou=zzzz",
    "/recherche/?q=general&ou=93260&page=9",
    "/recherche/suggestions/?q=gen",
    "/recherche/lieux/?q=lil",
]
# A language is listed by its own name.
NAMES = ("Français",)


def assert_english(response, status=200):
    page = response.content.decode()
    assert response.status_code == status
    assert french_on(page, NAMES) == []
    return page


@pytest.mark.parametrize("address", [*READING, *ENTERING])
def test_page_open_to_everybody_is_in_english(client, address):
    assert '<html lang="en"' in assert_english(client.get(address))


@pytest.mark.parametrize("address", [*SEARCHES])
def test_search_is_in_english(client, world, address):
    assert_english(client.get(address))


def test_unknown_address_is_refused_in_english(client):
    assert_english(client.get("/nulle-part/ici/encore/"), 404)


def test_practitioner_and_steps_are_in_english(client, world):
    profile = reverse("booking:practitioner", args=[world.agenda.practitioner.slug])
    assert_english(client.get(profile))
    assert_english(client.get(profile, {"du": "2099-01-01"}))
    step = hold(client, world.offer, free_starts(world.offer)[0])["Location"]
    assert_english(client.get(step))
    taken = hold(client, world.offer, free_starts(world.offer)[0])
    assert_english(taken, taken.status_code)


def test_confirmation_its_errors_and_an_expired_hold_are_in_english(client, world, visit):
    client.force_login(world.alice)
    step = hold(client, world.offer, free_starts(world.offer)[0])["Location"]
    assert_english(client.get(step))
    refused = client.post(step, {})
    assert_english(refused, refused.status_code)
    data = filled(client, step)
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        assert_english(client.post(step, data), 409)


@pytest.mark.parametrize("page", ["appointment", "move", "cancel", "slip"])
def test_visit_is_in_english(client, world, visit, page):
    client.force_login(world.alice)
    assert_english(client.get(reverse(f"booking:{page}", args=[visit.uid])))


def test_visits_booked_and_cancelled_are_in_english(client, world, visit):
    client.force_login(world.alice)
    assert_english(client.get("/mes-rendez-vous/"))
    cancelled = client.post(reverse("booking:cancel", args=[visit.uid]), follow=True)
    assert_english(cancelled)
    assert_english(client.get("/mes-rendez-vous/"))


@pytest.mark.parametrize("address", ACCOUNT)
def test_page_of_the_account_is_in_english(client, world, address):
    client.force_login(world.alice)
    response = client.get(address, follow=True)
    assert_english(response)


def test_second_factor_and_its_codes_are_in_english(client, world):
    enrol_totp(world.alice, "JBSWY3DPEHPK3PXP")
    client.force_login(world.alice)
    for address in ("", "application/retirer/", "secours/", "secours/autres/"):
        assert_english(client.get(f"/compte/second-facteur/{address}", follow=True))


@pytest.mark.parametrize("page", ["person", "edit", "remove", "invite"])
def test_relative_is_in_english(client, world, page):
    client.force_login(world.alice)
    assert_english(client.get(reverse(f"patients:{page}", args=[world.child.uid])))


def test_right_and_invitation_are_in_english(client, world):
    client.force_login(world.alice)
    assert_english(client.get(reverse("patients:revoke", args=[world.right.uid])))
    assert_english(client.get(reverse("patients:link_file", args=[world.practice.uid])))
    client.force_login(UserFactory(email=world.invitation.email, language="en"))
    assert_english(client.get(reverse("patients:invitation", args=[world.invitation.uid])))


@pytest.mark.parametrize("address", ["/proches/ajouter/", "/compte/identite/", "/compte/email/", "/compte/telephone/"])
def test_empty_form_is_refused_in_english(client, world, address):
    client.force_login(world.alice)
    response = client.post(address, {"first_name": "", "email": "x", "phone": "12", "birth_date": "31/02/2020"})
    assert_english(response, response.status_code)


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("/compte/connexion/", {"login": "nobody@prendsoin.example", "password": "wrong words here"}),
        ("/compte/connexion/", {}),
        ("/compte/inscription/", {"email": "x"}),
        ("/compte/mot-de-passe/oublie/", {}),
    ],
)
def test_refused_sign_in_is_in_english(client, db, address, data):
    response = client.post(address, data)
    assert response.status_code == 200
    assert_english(response)


@pytest.mark.parametrize("method", ["get", "post", "delete"])
@pytest.mark.parametrize("address", ["/api/v1/appointments", "/api/v1/holds", "/api/v1/nothing"])
def test_api_refuses_in_english(client, db, address, method):
    response = getattr(client, method)(address)
    problem = response.json()
    assert response.status_code >= 400
    assert french_on(f"<p>{problem['title']}</p><p>{problem['detail']}</p>") == []
