"""`make demo` from a fresh copy of the checkout: it starts, answers, is taken over when killed, and leaves nothing."""

import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from script.servers import processes
from script.servers.layout import CHECKOUT, Layout

pytestmark = pytest.mark.timeout(600)
START_SECONDS = 240.0
# Its bytecode comes along: six processes at a time would compile every module anew.
NOT_COPIED = (".git", ".venv", ".tools", ".local", ".env", "node_modules", ".*_cache", ".hypothesis")


@pytest.fixture(scope="module")
def copy() -> Iterator[Path]:
    """A copy of the checkout, without what its own runs left in it."""
    top = Path(tempfile.mkdtemp(dir="/tmp"))
    top.chmod(0o755)
    checkout = top / "prendsoin"
    shutil.copytree(CHECKOUT, checkout, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
    (checkout / ".venv").symlink_to(CHECKOUT / ".venv")
    yield checkout
    layout = Layout.of(checkout)
    for folder in (layout.sockets, layout.state, top):
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Run:
    """One run of the demo, whose output can be waited for."""

    def __init__(self, checkout: Path, port: int, **variables: str) -> None:
        self.checkout, self.port = checkout, port
        self.output = checkout.parent / f"output-{port}-{time.monotonic_ns()}"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [checkout / ".venv/bin/python", "-m", "script.demo"],
                cwd=checkout,
                env={
                    "PATH": os.environ["PATH"],
                    "HOME": str(checkout),
                    "PORT": str(port),
                    "DEMO_SIZE": "small",
                    **variables,
                },
                stdout=output,
                stderr=output,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while text not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(90)


@pytest.fixture
def run(copy) -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def start(port: int | None = None, **variables: str) -> Run:
        runs.append(Run(copy, port or free_port(), **variables))
        return runs[-1]

    yield start
    for each in runs:
        if each.process.poll() is None:
            each.stop()
    for pid in processes_of(copy):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def processes_of(checkout: Path) -> list[int]:
    """Every live process that works inside the copy."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            inside = (entry / "cwd").readlink().is_relative_to(checkout)
            if inside and processes.is_alive(int(entry.name)):
                found.append(int(entry.name))
    return found


def status_of(port: int, path: str) -> int:
    with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=30) as answer:
        return answer.status


def sms_sent_over_http_is_delivered(manage, copy) -> str:
    """What the double of the demo says of an SMS: it was taken over HTTP, and a signed receipt came back."""
    script = """
import time
from django.conf import settings
from notifications.models import Message
from notifications.services import notify
assert settings.SMS_PROVIDER["url"].startswith("http://127.0.0.1:")
sealed = {"code": "123456"}
notify(kind="accounts.code", channel="sms", subject="try:1", address="+33639980001", sealed=sealed)
for _ in range(600):
    told = Message.objects.get(subject="try:1")
    if told.receipt == "delivered" or told.state in ("dead", "cancelled", "expired"):
        break
    time.sleep(0.1)
print(told.receipt or told.last_error)
"""
    environment = {"PATH": os.environ["PATH"]}
    said = subprocess.run([*manage, script], cwd=copy, env=environment, capture_output=True, text=True, check=True)
    return said.stdout.strip()


def test_demo_starts_after_a_kill_serves_and_is_taken_over_when_killed_again(run, copy):
    """One life of the demo, as each start takes as long as all else: what a kill left is never in the way."""
    killed = run()
    killed.wait_for("migrations …")
    killed.stop(signal.SIGKILL)
    demo = run()
    demo.wait_for("PostgreSQL …")
    second = run()
    assert second.process.wait(60) == 1
    assert "runs already" in second.said
    demo.wait_for("Press Ctrl-C to stop")
    serves(demo, copy)

    demo.stop(signal.SIGKILL)
    survivors = set(processes_of(copy))
    assert survivors
    after = run(demo.port)
    after.wait_for("Press Ctrl-C to stop")
    assert "Ended what the last run left: web, worker, beat, relay, sms, stripe, vies." in after.said
    # The two servers are the same as before.
    assert len(survivors & set(processes_of(copy))) >= 2
    assert after.stop(signal.SIGINT) == 0
    assert processes_of(copy) == []
    assert not (copy / ".local" / "servers.json").exists()


def serves(demo: Run, copy: Path) -> None:
    """The demo says where it is, answers there, knows the communes, and its messages are delivered."""
    assert f"Prendsoin is at http://localhost:{demo.port}" in demo.said
    assert status_of(demo.port, "/sante") == 200
    manage = [copy / ".venv/bin/python", "manage.py", "shell", "-v0", "-c"]
    counted = subprocess.run(
        [*manage, "from practitioners.models import Place; print(Place.objects.count() > 30_000)"],
        cwd=copy,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert counted.stdout.strip() == "True"
    assert sms_sent_over_http_is_delivered(manage, copy) == "delivered"


def test_demo_says_when_the_port_is_taken(run):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        demo = run(other.getsockname()[1])
        assert demo.process.wait(60) == 1
    assert re.search(r"choose another one, for example PORT=\d+ make demo", demo.said)


@pytest.mark.parametrize("moment", ["PostgreSQL …", "Valkey …", "migrations …", "Web, worker, beat, relay"])
def test_demo_stopped_while_it_starts_leaves_nothing(run, copy, moment):
    demo = run()
    demo.wait_for(moment)
    assert demo.stop() == 0
    assert processes_of(copy) == []


@pytest.fixture
def given(model_database, django_db_setup, django_db_blocker) -> Iterator[BaseDatabaseWrapper]:
    """A database on the server of the tests; migrated already, where the model of theirs is at hand."""
    name = f"test_run_given_{secrets.token_hex(3)}"
    with django_db_blocker.unblock(), connection.creation._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {model_database.name}" if model_database else ""))
        database = connection.copy()
        database.settings_dict["NAME"] = name
        yield database
        database.close()
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_demo_uses_the_servers_it_is_given(run, copy, given, valkey):
    valkey.start()
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    demo = run(DATABASE_URL=f"{server}/{given.settings_dict['NAME']}", REDIS_URL=valkey.url)
    demo.wait_for("Press Ctrl-C to stop")
    assert "PostgreSQL …" not in demo.said
    assert "Valkey …" not in demo.said
    began = answer(given, "SELECT pg_postmaster_start_time()")
    assert answer(given, "SELECT count(*) FROM practitioners_practitioner") > 3
    assert demo.stop() == 0
    assert processes_of(copy) == []
    # They were not the demo's to stop.
    assert answer(given, "SELECT pg_postmaster_start_time()") == began


def answer(database: BaseDatabaseWrapper, question: str) -> Any:
    """Asked in a connection of its own."""
    database.close()
    with database.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]
