"""Starts the processes of the drills against the test's own database, and the ledger they write to."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from core import jobs
from notifications import registry
from script.servers.layout import Layout
from script.servers.valkey import Valkey
from tests.drills import work
from tests.drills.extent import FULL, new_seed
from tests.drills.journals import Journal
from tests.drills.nursery import Child

WEB = "granian"
CHECKOUT = Path(__file__).resolve().parent.parent.parent
FIGURES = "figures"


def pytest_terminal_summary(terminalreporter):
    """The figures of the drills, those of the negative controls included, whichever process ran them."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    lines = [line for report in reports for name, line in getattr(report, "user_properties", []) if name == FIGURES]
    if lines:
        terminalreporter.section(f"drills ({'full' if FULL else 'short'})")
        for line in sorted(lines):
            terminalreporter.write_line(line)


@pytest.fixture(autouse=True)
def ends_in_order():
    """A drill told to end kills what it started, as one that is interrupted does."""

    def end(number, frame):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def seed():
    return new_seed()


@pytest.fixture
def chance(seed):
    """What decides the random moments of a drill."""
    return random.Random(seed)


@pytest.fixture
def tell(seed, request):
    """Prints a line of figures with the seed, and keeps it for the summary."""

    def write_down(drill, what):
        line = f"{drill}  seed {seed}: {what}"
        print(line)  # noqa: T201  the figures are what a drill is for
        request.node.user_properties.append((FIGURES, line))

    return write_down


@pytest.fixture
def clients(tmp_path):
    """The journal of the clients."""
    return Journal(tmp_path / "clients.jsonl")


@pytest.fixture
def recipients(tmp_path):
    """The journal of what recipients saw."""
    return Journal(tmp_path / "provider.jsonl")


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
        values, log = {**environment, **extra}, tmp_path / "processes.log"
        process = _program(command, values, log) if command[0] == WEB else Child(command, values, log)
        started.append(process)
        return process

    yield begin
    for process in started:
        kill(process)


def _program(command, values, log):
    """The web server forks and starts programs by itself: it gets a real start."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", *command], cwd=CHECKOUT, env=values, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip


def kill(process):
    """Kills a process that a drill started, and the children that it leads."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.poll() is None:  # killed before it led a group
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    process.wait(10)


@pytest.fixture
def run(start):
    """Runs one role to its end; returns its exit code."""

    def to_the_end(role, *rest, **extra):
        return start("tests.drills.process", role, *map(str, rest), **extra).wait(60)

    return to_the_end


@pytest.fixture
def valkey(environment):
    """A broker of this drill alone."""
    server = Valkey(Layout.of(), f"drill-valkey-{os.getpid()}")
    shutil.rmtree(server.folder, ignore_errors=True)
    server.start()
    environment["REDIS_URL"] = server.url
    environment["DRILL_FAST"] = "1"
    yield server
    server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)
    for left in (server.log, server.layout.local / f"{server.name}.lock"):
        left.unlink(missing_ok=True)
