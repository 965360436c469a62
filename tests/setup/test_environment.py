"""Settings come from the environment; what is missing or malformed is named in a sentence, and never shown."""

import os
import subprocess
import sys

import pytest

from config import error_reports, known_keys
from script.check import production_environment
from script.servers.layout import CHECKOUT


def load(**changes: str | None) -> subprocess.CompletedProcess[str]:
    """Loads the settings of production in a fresh process, with these changes to a sound environment."""
    variables = {**production_environment(), "PATH": os.environ["PATH"], **changes}
    return subprocess.run(
        [sys.executable, "-c", "import config.settings.production"],
        cwd=CHECKOUT,
        env={name: value for name, value in variables.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )


def test_sound_environment_is_accepted():
    assert load().stderr == ""


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "HEALTH_DATA_KEYS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "ALLOWED_HOSTS"]
)
def test_missing_variable_is_named(name):
    loaded = load(**{name: None})
    assert loaded.returncode != 0
    assert f"The environment variable {name} is not set" in loaded.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://marker@host/db"),
        ("DATABASE_URL", "postgres://marker@host:port/db"),
        ("REDIS_URL", "marker"),
        ("EMAIL_URL", "marker"),
        ("DEBUG", "marker"),
        ("DATABASE_POOL_SIZE", "marker"),
        ("DATABASE_POOL_SIZE", "0"),
        ("HEALTH_DATA_KEYS", "2026a:marker"),
        ("SENTRY_DSN", "marker"),
    ],
)
def test_malformed_variable_is_named_and_not_shown(name, value):
    loaded = load(**{name: value})
    assert loaded.returncode != 0
    assert name in loaded.stderr.splitlines()[-1]
    assert "marker" not in loaded.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", known_keys.DEMO_SECRET_KEY),
        ("SECRET_KEY", known_keys.TEST_SECRET_KEY),
        ("SECRET_KEY", "short"),
        ("HEALTH_DATA_KEYS", known_keys.DEMO_HEALTH_DATA_KEYS),
        ("HEALTH_DATA_KEYS", known_keys.DEMO_HEALTH_DATA_KEYS.replace("demo:", "mine:")),
        ("ALLOWED_HOSTS", "*"),
    ],
)
def test_production_refuses_what_everybody_knows(name, value):
    loaded = load(**{name: value})
    assert loaded.returncode != 0
    assert f"The environment variable {name} " in loaded.stderr.splitlines()[-1]


def test_command_line_says_the_sentence_alone():
    told = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.production"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    (line,) = told.stderr.splitlines()
    assert line.startswith("Prendsoin cannot start. The environment variable ")


def test_every_variable_read_is_in_the_example():
    sources = [path.read_text() for path in (CHECKOUT / "config").rglob("*.py")]
    example = (CHECKOUT / ".env.example").read_text()
    readers = ("text", "flag", "number", "words", "database", "redis", "email", "read")
    read = {
        call.split('"')[1]
        for source in sources
        for reader in readers
        for call in source.replace("\n", "").split(f"environment.{reader}(")[1:]
    } - {"TEST_DATABASE"}
    assert sorted(name for name in read if f"{name}=" not in example) == []


def test_error_report_tells_nothing_about_a_person():
    event = {
        "event_id": "1",
        "transaction": "booking:cancel",
        "request": {"url": "https://host/?q=marker", "headers": {"Cookie": "marker"}},
        "user": {"id": "marker"},
        "extra": {"x": "marker"},
        "breadcrumbs": {"values": [{"message": "marker"}]},
        "exception": {
            "values": [{"type": "IntegrityError", "value": "Key (name)=(marker)", "stacktrace": {"frames": []}}]
        },
    }
    report = error_reports.without_personal_data(event, {})
    assert "marker" not in repr(report)
    assert report["transaction"] == "booking:cancel"
    assert report["exception"]["values"][0]["type"] == "IntegrityError"
