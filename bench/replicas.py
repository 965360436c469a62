"""A primary and its standby on this machine: `.venv/bin/python -m script.run_bench replicas`.

How long a standby takes to make, how far it is behind while visits are written as fast as eight clients can, what share of
the public pages' statements it takes off the primary, what a page costs there, and what visitors see when it dies. Both
servers share the cores of one machine: what is told is where the work is done, not how much more of it two machines do.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import ExitStack
from random import Random
from statistics import median

import psycopg

from bench.client import Answer, Caller, crowd
from bench.databases import connect
from bench.environment import PRODUCT
from bench.report import Report, spread
from bench.run import Unexpected
from bench.scale import Scale
from bench.scaling import GOAL, loaded
from bench.servers import free_ports, one_served
from bench.shapes import Visits, in_one_piece
from bench.world import World, uid
from script.run_bench import SETTINGS
from script.servers.layout import Layout
from script.servers.postgres import Cluster
from script.servers.standby import Standby

CLIENTS = 8
FREE_WEEK = 40
# What the settings allow by default before pages are read from the primary.
ALLOWED = 5_000
STATEMENTS = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"


class Writer(Caller):
    """Somebody who has just written, whatever the hour."""

    def get(self, path: str) -> Answer:
        from django.http import HttpResponse

        from core.recent_writes import cookie_name, mark

        mark(response := HttpResponse())
        self.headers["Cookie"] = f"{cookie_name()}={response.cookies[cookie_name()].value}"
        return super().get(path)


def main() -> int:
    layout = Layout.of()
    primary = Cluster(layout, "bench-postgres", SETTINGS)
    if os.environ["DATABASE_URL"].split("/")[2] != primary.url("x").split("/")[2]:
        print("The pass makes a standby of the server that the benchmark starts: leave DATABASE_URL unset.")
        return 2
    standby = Standby(layout, "bench-copy", SETTINGS, primary=primary)
    with loaded("replicas") as (report, scale, world, database), ExitStack() as stack:
        standby.discard()
        stack.callback(standby.discard)
        began = time.monotonic()
        standby.start()
        _tell_copy(report, database, time.monotonic() - began)
        _lag(report, standby, database, world, scale)
        os.environ["DATABASE_REPLICA_URL"] = standby.url(database)
        (port,) = free_ports(1)
        stack.enter_context(one_served("replica", port, PRODUCT, database))
        _share(report, standby, database, port, world, scale)
        _death(report, standby, port, world)
    return 0


def _tell_copy(report: Report, database: str, seconds: float) -> None:
    with connect(database) as connection:
        (size,) = connection.execute("SELECT sum(pg_database_size(datname))::bigint FROM pg_database").fetchone() or (
            0,
        )
    report.note("standby_made", {"bytes": size, "seconds": round(seconds, 1)})
    report.tell(GOAL, "replica: MB a second while the standby is made", size / 1e6 / seconds)


def _lag(report: Report, standby: Standby, database: str, world: World, scale: Scale) -> None:
    """Milliseconds until the standby has what was written at a moment, looked at all along."""
    with connect(database) as connection:
        table = in_one_piece(connection, "lag_")
        table.fill(world.agendas // 10, world.agendas // 10 * scale.visits)
        table.index()
        table.exclude()
        for name, clients in (("quiet", 0), ("eight clients write", CLIENTS)):
            behind, rate = _watched(standby, database, table, world, clients, 2 * scale.slice_seconds)
            found = spread(behind) | {"max": round(max(behind), 1)}
            report.note(f"replica_lag_{name}", {**found, "inserts_a_second": round(rate)})
            report.tell(GOAL, f"replica: milliseconds behind, {name}, p95", found["p95"], ALLOWED)


def _watched(
    standby: Standby, database: str, table: Visits, world: World, clients: int, seconds: float
) -> tuple[list[float], float]:
    behind: list[float] = []
    over = threading.Event()

    def watch() -> None:
        with connect(database) as one, standby.connect(database) as other:
            while not over.is_set():
                (written,) = one.execute("SELECT pg_current_wal_lsn()::text").fetchone() or ("0/0",)
                began = time.perf_counter()
                while not _has(other, written):
                    time.sleep(0.0005)
                behind.append((time.perf_counter() - began) * 1000)
                time.sleep(0.01)

    looking = threading.Thread(target=watch)
    looking.start()
    rate = 0.0
    if clients:
        connections = [connect(database) for _ in range(clients)]
        starts, taking = table.free_starts(world, world.agendas // 10, week=FREE_WEEK), threading.Lock()

        def insert(index: int) -> None:
            with taking:
                visit = next(starts)
            table.insert(connections[index], visit)

        with crowd(clients) as many:
            rate, _ = many.rate(insert, seconds)
    else:
        time.sleep(seconds)
    over.set()
    looking.join()
    return behind, rate


def _has(standby: psycopg.Connection, written: str) -> bool:
    found = standby.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", [written]).fetchone()
    return bool(found and found[0])


def _pages(world: World) -> list[str]:
    random = Random(11)
    asked = []
    for agenda in (random.randrange(1, world.agendas) for _ in range(40)):
        reason = world.reason_of(agenda)
        asked += [
            f"/api/v1/availabilities?visit_reason={reason}&agendas={uid('agenda', agenda)}&days=7",
            f"/praticien/dr-{agenda}/",
            f"/recherche/suggestions/?q=martin{agenda}",
        ]
    return asked


def _share(report: Report, standby: Standby, database: str, port: int, world: World, scale: Scale) -> None:
    """The same pages read from the replica and, by a caller who has just written, from the primary, in turn."""
    pages = _pages(world)
    visitor, writer = Caller(port, number=1), Writer(port, number=2)
    times: dict[str, list[float]] = {"replica": [], "primary": []}
    with connect(database) as here, standby.connect(database) as there:
        for caller in (visitor, writer):
            for page in pages[:30]:
                caller.get(page)
        counted = {}
        for name, caller in (("replica", visitor), ("primary", writer)):
            before = _counts(here, there)
            for page in pages:
                if caller.get(page).status != 200:
                    raise Unexpected(page)
            counted[name] = [after - old for after, old in zip(_counts(here, there), before, strict=True)]
        for page in pages[: scale.calls]:
            for name, caller in (("replica", visitor), ("primary", writer)):
                times[name].append(caller.get(page).milliseconds)
    on_primary, on_replica = counted["replica"]
    if not on_replica or sum(counted["primary"][1:]) > len(pages):
        raise Unexpected(f"The replica is not read as it should be: {counted}")
    report.note("statements_of_pages", {"pages": len(pages), "[primary, replica]": counted})
    report.tell(GOAL, "replica: share of the public pages' statements it takes", on_replica / (on_primary + on_replica))
    report.note("pages_ms", {name: spread(each) for name, each in times.items()})
    report.tell(
        GOAL, "replica: a page read there / from the primary, p50", median(times["replica"]) / median(times["primary"])
    )


def _counts(*connections: psycopg.Connection) -> list[int]:
    """Transactions committed on each server, once what its sessions counted is written down."""
    time.sleep(1.5)
    return [(one.execute(STATEMENTS).fetchone() or (0,))[0] for one in connections]


def _death(report: Report, standby: Standby, port: int, world: World) -> None:
    """Pages asked for while the standby is killed: every one answered."""
    caller, pages = Caller(port, number=3), _pages(world)
    for page in pages[:20]:
        caller.get(page)
    standby.discard()
    answers = [caller.get(page) for page in pages]
    refused = sum(answer.status != 200 for answer in answers)
    report.tell(GOAL, "replica: pages refused after it was killed", refused, 0)
    times = [answer.milliseconds for answer in answers]
    report.note("pages_after_death_ms", spread(times) | {"max": round(max(times))})


if __name__ == "__main__":
    sys.exit(main())
