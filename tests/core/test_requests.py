"""What surrounds every request: its id, its size, its errors as pages."""

import pytest
from django.db import OperationalError, connection
from django.test import Client, override_settings

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.addresses")]


def test_every_answer_bears_the_id_of_its_request(client):
    first, second = client.get("/t/public/")["X-Request-ID"], client.get("/t/public/")["X-Request-ID"]

    assert len(first) == 32
    assert first != second


@pytest.mark.parametrize(
    ("hops", "offered", "kept"),
    [
        (1, "0af7651916cd43dd", True),
        (0, "0af7651916cd43dd", False),
        (1, "short", False),
        (1, "a\x1b[31maaaaaaaa", False),
    ],
)
def test_an_id_is_taken_from_a_trusted_proxy_only(client, hops, offered, kept):
    with override_settings(TRUSTED_PROXY_COUNT=hops):
        given = client.get("/t/public/", headers={"X-Request-ID": offered})["X-Request-ID"]

    assert (given == offered) is kept


@pytest.mark.parametrize(
    ("fault", "status", "sentence"),
    [
        ("domain", 409, "Cette heure vient d’être prise."),
        ("limit", 429, "Réessayez dans 30 secondes."),
        ("missing", 404, "Page introuvable"),
        ("denied", 403, "Accès refusé"),
        ("suspicious", 400, "Demande mal formée"),
        ("down", 503, "Service momentanément indisponible"),
        ("stopping", 503, "Service momentanément indisponible"),
        ("busy", 503, "très demandé"),
        ("value", 400, "n’est pas admise"),
        ("encoding", 400, "n’est pas admise"),
    ],
)
def test_every_fault_has_its_page(client, fault, status, sentence):
    response = client.get(f"/t/public/{fault}/")

    assert response.status_code == status
    assert sentence in response.content.decode()
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize(("fault", "seconds"), [("limit", "30"), ("down", "5"), ("busy", "2"), ("domain", None)])
def test_what_passes_says_when_to_come_back(client, fault, seconds):
    assert client.get(f"/t/public/{fault}/").get("Retry-After") == seconds


def test_a_fault_of_ours_shows_a_page_with_the_id_to_quote():
    response = Client(raise_request_exception=False).get("/t/public/ours/")

    assert response.status_code == 500
    assert response["X-Request-ID"] in response.content.decode()
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize("path", ["/t/public/ours/", "/api/t/public/ours"])
def test_a_fault_of_ours_says_nothing_of_it_to_programs_even_in_debug(path):
    with override_settings(DEBUG=True):
        response = Client(raise_request_exception=False).get(path)

    assert response.status_code == 500
    assert (b"secret" in response.content) is not path.startswith("/api/")


def refuse_all(execute, sql, params, many, context):
    raise OperationalError("server closed the connection unexpectedly")


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("path", ["/t/public/", "/t/patient/", "/api/t/patient", "/api/t/public"])
def test_without_its_database_the_site_says_so(client, alice, path, debug):
    client.force_login(alice)
    client.raise_request_exception = False

    with override_settings(DEBUG=debug), connection.execute_wrapper(refuse_all):
        response = client.get(path)

    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    if path.startswith("/api/"):
        assert response.json()["code"] == "database_unavailable"
    else:
        assert "momentanément indisponible" in response.content.decode()


def test_a_visitor_sees_public_pages_without_the_database(client):
    with connection.execute_wrapper(refuse_all):
        assert client.get("/t/public/").status_code == 200


@pytest.mark.parametrize("path", ["/t/form/", "/api/t/public", "/t/undeclared/", "/nowhere/"])
def test_a_body_announced_as_too_large_is_not_read(client, path):
    response = client.post(path, b"x" * 1_000_001, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 413


@pytest.mark.parametrize("path", ["/t/form/", "/api/t/public"])
def test_a_body_of_unknown_length_is_not_taken_for_an_empty_one(client, path):
    response = client.post(
        path, b"", content_type="application/json", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked"
    )

    assert response.status_code == 400


def test_a_form_with_too_many_fields_is_refused(client):
    response = client.post("/t/form/", {f"field{number}": "x" for number in range(301)})

    assert response.status_code == 413


def test_a_form_with_too_large_a_text_is_refused(client):
    response = client.post("/t/form/", {"name": "x" * 1_000_001})

    assert response.status_code == 413


def test_a_file_may_be_larger_than_a_form(client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    response = client.post("/t/form/", {"name": "x", "file": SimpleUploadedFile("a.pdf", b"x" * 1_200_000)})

    assert response.content == b"x"


@pytest.mark.parametrize("length", ["x", "-1"])
def test_a_length_that_is_not_one_does_no_harm(client, length):
    assert client.post("/t/form/", {"name": "x"}, CONTENT_LENGTH=length).status_code in {200, 400}


def test_a_form_without_its_token_is_refused_with_a_page():
    response = Client(enforce_csrf_checks=True).post("/t/form/", {"name": "x"})

    assert response.status_code == 403
    assert "Rechargez la page" in response.content.decode()


def test_a_page_of_error_is_not_indexed(client):
    assert b'content="noindex"' in client.get("/t/public/missing/").content
