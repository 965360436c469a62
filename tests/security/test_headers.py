"""Headers and cookies of every address, for a visitor and for a signed-in person, equal to the tables typed by hand."""

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import NoReverseMatch, reverse

from core.checks import addresses
from tests.security.header_tables import PRODUCTION, faults

pytestmark = pytest.mark.django_db

PLAIN = sorted({address.name for address in addresses() if address.name})


def paths():
    """Every address that needs no argument, and one that is not there, among pages and in the API."""
    for name in PLAIN:
        try:
            yield reverse(name)
        except NoReverseMatch:
            continue
    yield from ("/nothing/", "/api/nothing", "/api/v1/appointments/00000000-0000-0000-0000-000000000000")


def crawl(client, column):
    found = {}
    for path in paths():
        wrong = faults(client.get(path, secure=column == "production"), column)
        if wrong:
            found[path] = wrong
    return found


@pytest.mark.parametrize("person", ["visitor", "alice"])
def test_every_answer_bears_the_headers_of_one_machine(world, person):
    client = world.client("alice") if person == "alice" else Client()

    assert crawl(client, "local") == {}


@pytest.mark.parametrize("person", ["visitor", "alice"])
def test_every_answer_bears_the_headers_of_production(production_settings, world, person):
    client = world.client("alice") if person == "alice" else Client()

    assert crawl(client, "production") == {}


def test_the_crawl_meets_many_addresses():
    assert len(list(paths())) > 50


@pytest.mark.parametrize("fault", ["domain", "missing", "denied", "down", "ours"])
@pytest.mark.urls("tests.core.addresses")
def test_errors_bear_the_same_headers(fault):
    client = Client(raise_request_exception=False)

    for path in (f"/t/public/{fault}/", f"/api/t/public/{fault}"):
        assert faults(client.get(path), "local") == []


def test_a_body_too_large_is_refused_under_the_same_headers():
    response = Client().post("/compte/connexion/", b"x" * 1_100_000, content_type="text/plain")

    assert response.status_code == 413
    assert faults(response, "local") == []


@pytest.mark.parametrize("path", ["/", "/compte/connexion/"])
def test_production_sends_plain_http_to_https(production_settings, path):
    response = Client().get(path)

    assert (response.status_code, response["Location"]) == (301, f"https://testserver{path}")


def test_production_refuses_plain_http_on_the_api(production_settings):
    """ASVS 4.1.2: a redirection would hide that a token has just been sent in clear."""
    response = Client().get("/api/v1/specialties")

    assert response.status_code == 403
    assert response.json()["code"] == "https_required"


@pytest.mark.parametrize("path", ["/sante", "/pret"])
def test_production_answers_the_probes_of_the_machine(production_settings, path):
    assert Client().get(path).status_code == 200


def test_signing_out_clears_the_browser(production_settings, world):
    response = world.client("alice", secure=True).post("/compte/deconnexion/", secure=True)

    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'


@pytest.mark.urls("tests.core.addresses")
class TestCaching:
    """A page that a view opens to caches stays open only where nothing personal can be in it."""

    def test_a_visitors_page_may_be_kept(self, client):
        response = client.get("/t/cached/")

        assert response["Cache-Control"] == "public, max-age=60"
        assert {"Cookie", "Accept-Language"} <= {part.strip() for part in response["Vary"].split(",")}

    def test_a_page_that_sets_a_cookie_is_not_kept(self, client):
        assert client.get("/t/cached/?cookie").get("Cache-Control") == "private, no-store"

    def test_a_page_of_a_session_is_not_kept(self, world):
        assert world.client("alice").get("/t/cached/")["Cache-Control"] == "private, no-store"


def test_static_files_bear_them_too(client):
    assert finders.find("css/tokens.css")
    response = client.get("/static/css/tokens.css")

    assert response.status_code == 200
    assert {name: response.get(name) for name in PRODUCTION if name != "Strict-Transport-Security"} == {
        name: value for name, value in PRODUCTION.items() if name != "Strict-Transport-Security"
    }


def test_a_forged_host_is_refused(client):
    response = client.get("/", headers={"Host": "evil.example"})

    assert response.status_code == 400


@pytest.mark.parametrize("header", ["X-Forwarded-Proto", "X-Forwarded-Host"])
def test_forged_headers_of_a_proxy_change_nothing(client, header):
    """ASVS 4.1.3: there is no trusted proxy here."""
    response = client.get("/compte/", headers={header: "https" if header.endswith("Proto") else "evil.example"})

    assert response["Location"] == "/compte/connexion/?next=%2Fcompte%2F"
