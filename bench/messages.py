"""What messages cost: `.venv/bin/python -m script.run_bench messages`.

First how many leave in a second by the real relay and workers, half by SMTP and half by the HTTP of an SMS provider, both
doubles on this machine; beside it the floor W, one INSERT and two UPDATEs of a bare row for each, as any outbox must write.
Then what one look of the relay costs, and one of the staff's page, while the table grows from ten thousand rows to a
million (ten with SCALE=country): in blocks read, which no other load changes, and in milliseconds.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import django
import psycopg

from bench import scale
from bench.databases import connect, url_of
from bench.environment import production_like
from bench.report import Report
from bench.servers import LOGS, free_ports
from script.servers.layout import CHECKOUT, Layout
from script.servers.supervisor import Supervisor
from script.servers.valkey import Valkey

DATABASE = "bench_messages"
GOAL = 13
MESSAGES = {"sketch": 200}
LARGE = {"sketch": 100_000, "country": 10_000_000}
DUE, LOOKS = 200, 30
WAIT = 240.0
LETTER = "login_code"


def main() -> int:
    chosen = scale.chosen()
    report = Report("messages")
    ports = dict(zip(("smtp", "sms"), free_ports(2), strict=True))
    valkey = Valkey(Layout.of(), "bench-valkey")
    os.environ.update(production_like())
    os.environ.update(
        DJANGO_SETTINGS_MODULE="bench.crowd_settings",
        EMAIL_URL=f"smtp://127.0.0.1:{ports['smtp']}",
        SMS_URL=f"http://double:double@127.0.0.1:{ports['sms']}/v1/sms",
        REDIS_URL=valkey.url,
        LOG_LEVEL="ERROR",
    )
    _remake()
    os.environ["DATABASE_URL"] = url_of(DATABASE)
    django.setup()
    from django.core.management import call_command

    from bench import sweeping

    try:
        call_command("migrate", verbosity=0)
        report.note("load_average_before", os.getloadavg())
        with ExitStack() as stack:
            valkey.start()
            stack.callback(valkey.stop)
            _measure_rate(report, MESSAGES.get(chosen.name, 2_000), ports)
        sweeping.measure(report, LARGE.get(chosen.name, 1_000_000), due=DUE, looks=LOOKS)
        report.note("load_average_after", os.getloadavg())
    finally:
        _drop()
    print(f"written to {report.write()}")
    for figure in report.figures:
        if figure.holds is False:
            print(f"does not hold: {figure}")
    return 0


def _remake() -> None:
    with connect("postgres") as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {DATABASE}")


def _drop() -> None:
    from django.db import connections

    connections.close_all()
    with connect("postgres") as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


@contextmanager
def _processes(ports: dict[str, int]) -> Iterator[Supervisor]:
    """The two doubles, the relay and a worker of two processes, as in the Procfile."""
    LOGS.mkdir(parents=True, exist_ok=True)
    commands = {
        "bench-smtp": f"python -m bench.sinks {ports['smtp']}",
        "bench-sms": f"python manage.py sms_double --port {ports['sms']} --mode at_least_once",
        "bench-worker": "celery --app config worker --loglevel ERROR --concurrency 2 --without-gossip --without-mingle",
        "bench-relay": "python manage.py relay",
    }
    variables = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings"}
    supervisor = Supervisor(commands, env=variables, cwd=CHECKOUT, logs=LOGS, say=print)
    try:
        supervisor.start()
        yield supervisor
    finally:
        supervisor.stop()


def _measure_rate(report: Report, count: int, ports: dict[str, int]) -> None:
    floor = _floor(count)
    with _processes(ports), connect(DATABASE) as database:
        _send(database, 4, first=0)
        began = time.monotonic()
        _send(database, count, first=4)
        rate = count / (time.monotonic() - began)
    report.note("messages", {"sent": count, "per_second": round(rate, 1), "floor_per_second": round(floor, 1)})
    report.tell(GOAL, f"messages a second, {count} by SMTP and HTTP, relay and two workers", rate)
    report.tell(GOAL, "the same / W, one INSERT and two UPDATEs a message on one connection", rate / floor)


def _floor(count: int) -> float:
    """Bare rows a second: written, claimed and ended, a commit each."""
    with connect(DATABASE) as database:
        database.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, state text NOT NULL, key text UNIQUE NOT NULL)")
        began = time.monotonic()
        for number in range(count):
            database.execute("INSERT INTO bare (state, key) VALUES ('pending', %s)", [f"key-{number}"], prepare=True)
            for state in ("sending", "sent"):
                database.execute("UPDATE bare SET state = %s WHERE key = %s", [state, f"key-{number}"], prepare=True)
        return count / (time.monotonic() - began)


def _send(database: psycopg.Connection, count: int, *, first: int) -> None:
    """Writes so many messages in one transaction and waits until they have left. Raises SystemExit when they do not."""
    from notifications.services import notify_many

    notify_many(_news(number) for number in range(first, first + count))
    deadline = time.monotonic() + WAIT
    while _number(database, "state IN ('pending', 'sending')"):
        if time.monotonic() > deadline:
            raise SystemExit(f"Messages do not leave; the logs are in {LOGS}.")
        time.sleep(0.05)
    if _number(database, "state = 'sent'") != first + count:
        raise SystemExit("Some messages were not sent: no figure may come of it.")


def _news(number: int) -> dict[str, Any]:
    """Letters with a code and SMS with a code, in turn, each to an address of its own."""
    common = {"subject": f"bench:{number}"}
    if number % 2:
        return {**common, "kind": "accounts.code", "channel": "sms", "address": f"+336399{80_000 + number % 10_000}",
                "sealed": {"code": "123456"}}  # fmt: skip
    return {**common, "kind": "accounts.letter", "channel": "email", "address": f"person{number}@bench.example",
            "sealed": {"letter": LETTER, "facts": {"code": "123456"}}}  # fmt: skip


def _number(database: psycopg.Connection, condition: str) -> int:
    row = database.execute(f"SELECT count(*) FROM notifications_message WHERE {condition}").fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    sys.exit(main())
