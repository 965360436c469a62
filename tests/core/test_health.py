"""`/sante` and `/pret`."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from core import clock, health, relay
from core.models import Heartbeat, Job

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)


def down(execute, sql, params, many, context):
    raise OperationalError("connection refused")


def test_alive_asks_nothing_of_anybody(client):
    with connection.execute_wrapper(down):
        response = client.get("/sante")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_ready_without_redis_all_the_same(client):
    response = client.get("/pret")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": {
            "database": "ok",
            "migrations": "ok",
            "relay": "ok",
            "worker": "unseen",
            "lag_seconds": 0,
            "redis": "down",
        },
    }


def test_not_ready_without_a_database(client):
    with connection.execute_wrapper(down):
        response = client.get("/pret")

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response.json()["checks"] == {"database": "down", "redis": "down"}


def test_not_ready_when_a_migration_is_missing(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'core'")

    response = client.get("/pret")

    assert response.status_code == 503
    assert response.json()["checks"]["migrations"] == "behind"


def test_complete_migrations_are_looked_at_once(client, django_assert_max_num_queries):
    client.get("/pret")

    with django_assert_max_num_queries(6):
        client.get("/pret")


@pytest.mark.parametrize(("minutes", "expected"), [(4, "ok"), (6, "late")])
def test_not_ready_when_due_work_waits_too_long(client, minutes, expected):
    Job.objects.create(kind="tests", due_at=clock.now() - timedelta(minutes=minutes))

    response = client.get("/pret")

    assert response.json()["checks"]["relay"] == expected
    assert minutes * 60 <= response.json()["checks"]["lag_seconds"] < minutes * 60 + 30
    assert response.status_code == (200 if expected == "ok" else 503)


@pytest.mark.parametrize(("seconds", "expected"), [(80, "ok"), (100, "late")])
def test_silent_worker_is_told_and_changes_nothing(client, seconds, expected):
    Heartbeat.objects.create(name=relay.WORKER, beat_at=clock.now() - timedelta(seconds=seconds))

    response = client.get("/pret")

    assert (response.status_code, response.json()["checks"]["worker"]) == (200, expected)


@pytest.mark.parametrize("path", ["/sante", "/pret"])
def test_probes_only_read(client, path):
    assert client.post(path).status_code == 405
    assert client.head(path).status_code in {200, 405}


@pytest.mark.parametrize("address", ["/sante", "/pret"])
def test_probes_may_ask_by_head(client, address):
    response = client.head(address)

    assert (response.status_code, response.content) == (200, b"")
