"""Settings come from the environment; what is missing or malformed is named in a sentence, and never shown."""

import json
import os
import subprocess
import sys

import pytest

from config import error_reports, known_keys
from script.check import production_environment
from script.servers.layout import CHECKOUT

MISSING = ["SECRET_KEY", "HEALTH_DATA_KEYS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "ALLOWED_HOSTS"]
MALFORMED = [
    ("DATABASE_URL", "mysql://marker@host/db"),
    ("DATABASE_URL", "postgres://marker@host:port/db"),
    ("REDIS_URL", "marker"),
    ("EMAIL_URL", "marker"),
    ("DEBUG", "marker"),
    ("DATABASE_POOL_SIZE", "marker"),
    ("DATABASE_POOL_SIZE", "0"),
    ("HEALTH_DATA_KEYS", "2026a:marker"),
    ("SENTRY_DSN", "marker"),
]
REFUSED = [
    ("SECRET_KEY", known_keys.DEMO_SECRET_KEY),
    ("SECRET_KEY", known_keys.TEST_SECRET_KEY),
    ("SECRET_KEY", "short"),
    ("HEALTH_DATA_KEYS", known_keys.DEMO_HEALTH_DATA_KEYS),
    ("HEALTH_DATA_KEYS", known_keys.DEMO_HEALTH_DATA_KEYS.replace("demo:", "mine:")),
    ("ALLOWED_HOSTS", "*"),
]
CASES = [(), *((name, "") for name in MISSING), *MALFORMED, *REFUSED]

# One process imports the libraries; a copy of it loads the settings for each case.
LOADER = """
import json, os, sys
import config.environment, core.keyring, csp.constants, sentry_sdk
for case in json.load(sys.stdin):
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.environ.update([case] if case else [])
        try:
            import config.settings.production
            said = ""
        except Exception as error:
            said = str(error)
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    os.wait()
    print(json.dumps([case, os.read(reading, 10_000).decode()]))
"""


@pytest.fixture(scope="module")
def said() -> dict[tuple[str, ...], str]:
    """What loading the settings of production says to each change of a sound environment; empty when it loads."""
    run = subprocess.run(
        [sys.executable, "-c", LOADER],
        cwd=CHECKOUT,
        env={**production_environment(), "PATH": os.environ["PATH"]},
        input=json.dumps(CASES),
        capture_output=True,
        text=True,
        check=True,
    )
    return {tuple(case): text for case, text in map(json.loads, run.stdout.splitlines())}


def test_sound_environment_is_accepted(said):
    assert said[()] == ""


@pytest.mark.parametrize("name", MISSING)
def test_missing_variable_is_named(said, name):
    assert said[name, ""].startswith(f"The environment variable {name} is not set")


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_variable_is_named_and_not_shown(said, case):
    assert case[0] in said[case]
    assert "marker" not in said[case]


@pytest.mark.parametrize("case", REFUSED)
def test_production_refuses_what_everybody_knows(said, case):
    assert said[case].startswith(f"The environment variable {case[0]} ")


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
