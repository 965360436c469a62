"""Goals 4 and 12: what eight clients get a second, in slices that take turns, and whether connections are opened for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from bench.client import Caller, crowd
from bench.databases import connect
from bench.run import Run, expect
from bench.writing import Bookings

CLIENTS = 8
ROWS = 40_000
FLOOR, VISITOR, ACCOUNT, BOOKING = "floor", "row for a visitor", "row for an account", "bookings"


def measure(run: Run) -> None:
    acts = _acts(run)
    rates: dict[str, list[float]] = {name: [] for name in acts}
    requests = 0
    with crowd(CLIENTS) as clients:
        for act in acts.values():
            clients.rate(act, 1.0)
        before = _sessions(run)
        for _ in range(run.scale.throughput_slices):
            for name, act in acts.items():
                rate, results = clients.rate(act, run.scale.slice_seconds)
                rates[name].append(rate)
                requests += len(results)
        opened = _sessions(run) - before
    middle = {name: median(values) for name, values in rates.items()}
    run.report.note("rates_per_second", {name: [round(rate, 1) for rate in values] for name, values in rates.items()})
    tell = run.report.tell
    tell(4, "bookings a second, 8 clients / F a second", middle[BOOKING] / middle[FLOOR], 0.30, at_least=True)
    tell(12, "product row view a second, visitor / F a second", middle[VISITOR] / middle[FLOOR], 0.8, at_least=True)
    tell(12, "product row view a second, account / F a second", middle[ACCOUNT] / middle[FLOOR], 0.8, at_least=True)
    tell(12, f"connections to PostgreSQL opened during {requests} requests", opened, 0)


def _acts(run: Run) -> dict[str, Callable[[int], Any]]:
    floors = [Caller(run.ports.floor) for _ in range(CLIENTS)]
    visitors = [Caller(run.ports.large, number=number) for number in range(CLIENTS)]
    accounts = [Caller(run.ports.large, number=number) for number in range(CLIENTS)]
    for number, caller in enumerate(accounts):
        caller.headers["Cookie"] = f"__Host-sid={run.tokens[number]}"
    bookers = [Caller(run.ports.large, number=number) for number in range(CLIENTS)]
    bookings = Bookings(run, part=1)

    def rows(callers: list[Caller], path: str) -> Callable[[int], Any]:
        return lambda index: expect(callers[index].get(f"{path}{run.random.randint(1, ROWS)}"))

    return {
        FLOOR: rows(floors, "/row/"),
        VISITOR: rows(visitors, "/bench/visitor/"),
        ACCOUNT: rows(accounts, "/bench/account/"),
        BOOKING: lambda index: bookings.book(bookers[index]),
    }


def _sessions(run: Run) -> int:
    """Connections ever made to the large database; this one is made to another."""
    with connect("postgres") as server:
        time.sleep(1.5)
        row = server.execute(
            "SELECT sessions FROM pg_stat_database WHERE datname = %s", [run.databases["large"]]
        ).fetchone()
        return row[0] if row else -1
