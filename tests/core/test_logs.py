"""Log lines: JSON, and nothing that tells who came for what."""

import json
import logging

import pytest
import structlog
from django.test import override_settings

from core import error_service
from core.logs import formatter
from core.tracing import tracing

MARKERS = ("dermatologue", "alice@prendsoin.example", "0612345678", "migraine")


@pytest.fixture
def lines(caplog):
    """What a production process would have written."""
    caplog.set_level(logging.INFO)
    shape = formatter()

    def read():
        return [json.loads(shape.format(record)) for record in caplog.records]

    return read


def without_markers(lines):
    text = json.dumps(lines, ensure_ascii=False)
    return [marker for marker in MARKERS if marker in text] == []


def test_our_lines_are_json_with_the_id_of_the_request(lines):
    with tracing("request-0001"):
        structlog.get_logger("booking").info("slot_taken", agenda=3)

    (line,) = lines()
    assert (line["event"], line["agenda"], line["request_id"]) == ("slot_taken", 3, "request-0001")
    assert (line["level"], line["logger"]) == ("info", "booking")
    assert "at" in line


def test_members_that_name_a_person_are_blanked(lines):
    structlog.get_logger("booking").info("booked", email="alice@prendsoin.example", reason="migraine", path="/x")

    assert without_markers(lines())
    assert lines()[0]["email"] == "…"


def test_an_exception_is_told_by_its_class_and_its_places(lines):
    try:
        raise ValueError("migraine")
    except ValueError:
        structlog.get_logger("booking").exception("failed")
        logging.getLogger("booking").exception("failed too")

    for line in lines():
        assert line["exception"] == "ValueError"
        assert any("test_logs.py" in place for place in line["places"])
    assert without_markers(lines())


@pytest.mark.parametrize("name", ["django.template", "django.security.DisallowedHost", "celery.app.trace", "allauth.x"])
def test_lines_of_libraries_keep_their_template_only(lines, name):
    logging.getLogger(name).error("Not Found: %s", "/recherche/?specialite=dermatologue")
    logging.getLogger(name).error("Not Found: /recherche/?specialite=dermatologue")

    assert [line["event"] for line in lines()] == [f"{name}: Not Found: %s", name]


def test_lines_of_our_own_in_the_standard_way_are_whole(lines):
    logging.getLogger("portal").warning("%d places read", 3)

    assert lines()[0]["event"] == "3 places read"


def test_a_line_break_forges_no_line(lines):
    structlog.get_logger("booking").info("a\nb\x1b[31m", value="c\nd")

    assert len(lines()) == 1
    assert "\n" not in formatter().format(logging.makeLogRecord({"msg": "a\nb", "name": "x", "levelname": "INFO"}))


@pytest.mark.django_db
@pytest.mark.urls("tests.core.addresses")
@pytest.mark.parametrize(
    "path",
    [
        "/t/public/?q=dermatologue",
        "/t/public/migraine/dermatologue",
        "/api/t/public?near=migraine",
        "/dermatologue/x/y/",
    ],
)
def test_a_request_leaves_the_name_of_its_route_only(client, lines, path):
    client.get(path, headers={"Referer": "http://testserver/dermatologue/", "User-Agent": "migraine"})

    assert without_markers(lines())
    (line,) = [line for line in lines() if line["event"] == "request"]
    assert set(line) == {"event", "method", "route", "status", "milliseconds", "request_id", "level", "at", "logger"}


@pytest.mark.django_db
@pytest.mark.urls("tests.core.addresses")
def test_a_fault_leaves_its_places_and_not_its_words(lines):
    from django.test import Client

    Client(raise_request_exception=False).get("/t/public/ours/?q=dermatologue")

    told = [line for line in lines() if line["event"] == "unexpected_failure"]
    assert [line["error"] for line in told] == ["RuntimeError"]
    assert "secret" not in json.dumps(lines())
    assert without_markers(lines())


@override_settings(TRUSTED_PROXY_COUNT=1)
def test_what_leaves_for_the_error_service_is_stripped():
    event = {
        "request": {"method": "POST", "url": "http://x/dermatologue/", "query_string": "q=migraine", "data": {"a": 1}},
        "user": {"id": 7, "email": "alice@prendsoin.example", "ip_address": "192.0.2.1"},
        "breadcrumbs": {"values": [{"message": "migraine"}]},
        "extra": {"note": "migraine"},
        "message": "migraine",
        "server_name": "host",
        "exception": {
            "values": [
                {
                    "type": "ValueError",
                    "value": "migraine",
                    "stacktrace": {"frames": [{"function": "f", "vars": {"phone": "0612345678"}}]},
                }
            ]
        },
        "transaction": "booking.views.book",
    }

    with tracing("request-0001"):
        sent = error_service.scrubbed(event, {})

    assert sent == {
        "request": {"method": "POST"},
        "user": {"id": 7},
        "exception": {"values": [{"type": "ValueError", "stacktrace": {"frames": [{"function": "f"}]}}]},
        "transaction": "booking.views.book",
        "tags": {"request_id": "request-0001"},
    }
