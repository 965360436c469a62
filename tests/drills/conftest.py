"""Starts the processes of the drills against the test's own database, and the ledger they write to."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from core import jobs
from notifications import registry
from script.servers import processes
from tests.drills import work

CHECKOUT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def kinds(monkeypatch):
    monkeypatch.setattr(jobs, "_handlers", dict(jobs._handlers))
    monkeypatch.setattr(registry, "_composers", dict(registry._composers))
    work.register()


@pytest.fixture
def environment(transactional_db, kinds, settings, tmp_path, monkeypatch):
    """The variables of the processes to start; a test may change them before it starts some."""
    monkeypatch.setenv("DRILL_LEDGER", str(tmp_path / "ledger"))
    database = connection.settings_dict["NAME"]
    values = {
        **os.environ,
        "DATABASE_URL": os.environ["DATABASE_URL"].rpartition("/")[0] + "/" + database,
        "DJANGO_SETTINGS_MODULE": "tests.drills.settings",
        "DRILL_CHANNEL": "tests.drills.ledger.Ledger",
    }
    settings.MESSAGE_CHANNELS = {**settings.MESSAGE_CHANNELS, "email": values["DRILL_CHANNEL"]}
    return values


@pytest.fixture
def start(environment, tmp_path):
    """Starts a process of the drills and gives it; whatever still runs at the end is killed."""
    started = []

    def begin(*command, **extra):
        log = (tmp_path / "processes.log").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=CHECKOUT,
            env={**environment, **extra},
            stdout=log,
            stderr=log,
        )
        log.close()
        started.append(process)
        return process

    yield begin
    for process in started:
        processes.end(process.pid, (9, 5))
        process.wait(5)


@pytest.fixture
def run(start):
    """Runs one role to its end; returns its exit code."""

    def to_the_end(role, *rest, **extra):
        return start("tests.drills.process", role, *map(str, rest), **extra).wait(60)

    return to_the_end
