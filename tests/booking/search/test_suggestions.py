"""Suggestions as one types, and the site map."""

import re
from html import unescape

import pytest

from booking.search import addresses
from tests.factories import PlaceFactory, PractitionerFactory

pytestmark = pytest.mark.django_db


def options(client, address):
    response = client.get(address)
    assert response.status_code == 200
    html = unescape(response.content.decode())
    return re.findall(r'role="option"[^>]*data-label="([^"]*)" data-value="([^"]*)"(?: data-url="([^"]*)")?', html)


def test_specialties_people_and_practices_are_suggested(client, listed, dermatology):
    listed("Denis Dermont", practice="Cabinet Dermal", person={"slug": "dr-denis-dermont"})

    assert options(client, "/recherche/suggestions/?q=derm") == [
        ("Dermatologue", "dermatologue", ""),
        ("Dr Denis Dermont", "", "/praticien/dr-denis-dermont/"),
        ("Cabinet Dermal", "", ""),
    ]


def test_headings_name_only_groups_that_have_something(client, listed, dermatology):
    html = client.get("/recherche/suggestions/?q=dermato").content.decode()

    assert "Spécialités" in html
    assert "Soignants" not in html


def test_suggestions_are_few_and_shared_by_all(client, listed):
    for n in range(9):
        listed(f"Ana Martin{n}", practice=f"Cabinet Martin {n}")

    response = client.get("/recherche/suggestions/?q=martin")

    assert response.content.decode().count('role="option"') == 5 + 3
    assert response["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("typed", ["", "a", "%25%25", "_%5F", "' OR 1=1", "x" * 5000])
def test_odd_words_suggest_nothing(client, listed, typed):
    listed("Ana Martin")

    assert options(client, f"/recherche/suggestions/?q={typed}") == []
    assert client.get(f"/recherche/lieux/?q={typed}").status_code == 200


def test_unpublished_people_are_not_suggested(client, listed):
    agenda = listed("Ana Martin")
    agenda.practitioner.verification = "declared"
    agenda.practitioner.save()

    assert options(client, "/recherche/suggestions/?q=martin") == []


def test_places_are_suggested_by_name_and_postcode(client):
    PlaceFactory()

    for typed in ("lil", "Les Lil", "932"):
        assert options(client, f"/recherche/lieux/?q={typed}") == [("Les Lilas (93)", "93045", "")]


def test_site_map_holds_pages_specialties_by_commune_and_profiles(client, listed, dermatology, lyon):
    listed("Ana Roux", specialty=dermatology, place=lyon, person={"slug": "dr-ana-roux"})
    listed("Bea Blanc", specialty=dermatology, place=lyon, person={"slug": "dr-bea-blanc"})
    PractitionerFactory(slug="dr-unknown", verification="declared")

    response = client.get("/sitemap.xml")

    found = re.findall(r"<loc>http://testserver(/[^<]*)</loc>", response.content.decode())
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    assert [path for path in found if "praticien" in path] == ["/praticien/dr-ana-roux/", "/praticien/dr-bea-blanc/"]
    assert found.count("/dermatologue/lyon/") == 1
    assert {"/", "/classement/", "/aide/urgences/"} <= set(found)
    for path in found:
        assert client.get(path).status_code == 200, path


def test_site_map_of_many_profiles_is_an_index_of_files(client, listed, monkeypatch):
    monkeypatch.setattr(addresses, "A_FILE", 2)
    slugs = [listed(f"Person N{n}").practitioner.slug for n in range(3)]

    index = client.get("/sitemap.xml").content.decode()
    files = re.findall(r"<loc>http://testserver(/[^<]*)</loc>", index)

    assert "<sitemapindex" in index
    assert files == ["/sitemap-1.xml", "/sitemap-2.xml", "/sitemap-3.xml"]
    profiles = "".join(client.get(path).content.decode() for path in files[1:])
    assert re.findall(r"/praticien/([^/]*)/", profiles) == slugs
    assert client.get("/sitemap-9.xml").status_code == 404


def test_robots_names_the_site_map(client):
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()
