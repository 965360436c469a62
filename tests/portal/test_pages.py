"""The portal's own pages: home, help, legal, display, errors, robots; readable by everybody, in both languages."""

import re

import pytest
from django.urls import reverse

from portal import help as help_pages
from portal.selectors import home as selectors
from practitioners.models import Specialty
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

READING = ["/aide/", "/classement/", "/mentions-legales/", "/confidentialite/", "/accessibilite/", "/affichage/"]


@pytest.mark.parametrize("address", ["/", *READING, *(topic.url for topic in help_pages.TOPICS)])
def test_page_is_open_to_everybody_with_one_title(client, address):
    response = client.get(address)
    page = response.content.decode()
    assert response.status_code == 200
    assert len(re.findall(r"<h1\b", page)) == 1
    assert '<html lang="fr"' in page
    assert "sessionid" not in response.cookies


def test_home_searches_with_a_plain_form(client):
    page = client.get("/").content.decode()
    assert re.search(r'<form class="search[^"]*" method="get" action="/recherche/"', page)
    assert 'name="q"' in page
    assert 'name="ou"' in page


def test_home_lists_specialties_in_one_query(client, django_assert_num_queries):
    for n in range(14):
        Specialty.objects.create(
            slug=f"s-{n}", name=f"Spécialité {n}", name_en="S", profession="10", group="medicine", position=n
        )
    with django_assert_num_queries(1):
        page = client.get("/").content.decode()
    assert page.count("/recherche/?specialite=s-") == 14


def test_home_specialties_are_in_the_order_of_the_alphabet():
    for position, name in enumerate(["Zoothérapeute", "Écoutant", "Dermatologue"]):
        Specialty.objects.create(
            slug=f"x-{position}", name=name, name_en=name, profession="10", group="medicine", position=position
        )
    assert [s.name for s in selectors.specialties_of_home().usual] == ["Dermatologue", "Écoutant", "Zoothérapeute"]


def test_unknown_help_page_is_a_404_page_of_ours(client):
    response = client.get("/aide/nulle-part/")
    assert response.status_code == 404
    assert "n’existe pas, ou n’est pas ouverte à votre compte" in response.content.decode()


def test_robots_leave_private_pages_alone(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    assert "Disallow: /mes-rendez-vous/" in response.content.decode()


def test_theme_is_kept_in_a_cookie_and_drawn_by_the_server(client, settings):
    response = client.post("/theme/", {"theme": "dark", "next": "/aide/"})
    assert response.status_code == 302
    assert response["Location"] == "/aide/"
    assert response.cookies[settings.THEME_COOKIE_NAME]["httponly"]
    assert 'data-theme="dark"' in client.get("/").content.decode()
    client.post("/theme/", {"theme": "auto"})
    assert "data-theme" not in client.get("/").content.decode()


def test_theme_of_a_signed_in_person_follows_the_account(client, settings):
    alice = UserFactory()
    client.force_login(alice)
    client.post("/theme/", {"theme": "dark"})
    alice.refresh_from_db()
    assert alice.theme == "dark"
    client.cookies.pop(settings.THEME_COOKIE_NAME)
    assert 'data-theme="dark"' in client.get("/").content.decode()


@pytest.mark.parametrize("theme", ["", "neon", "dark\x00"])
def test_unknown_theme_is_refused(client, theme):
    assert client.post("/theme/", {"theme": theme}).status_code == 400


def test_theme_never_leads_to_another_site(client):
    assert client.post("/theme/", {"theme": "dark", "next": "https://evil.example/"})["Location"] == "/"


def test_display_page_changes_the_language(client):
    page = client.get("/affichage/?next=/aide/").content.decode()
    assert f'action="{reverse("accounts:language")}"' in page
    assert 'value="/aide/"' in page


def test_components_page_exists_in_demo_mode_only(client, settings):
    settings.DEMO = False
    assert client.get("/plateforme/composants/").status_code == 404
    settings.DEMO = True
    assert client.get("/plateforme/composants/").status_code == 200
