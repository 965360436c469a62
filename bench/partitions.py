"""The table of visits in one piece, beside the same rows in partitions: `.venv/bin/python -m script.run_bench partitions`.

By hash of the performer: the exclusion constraint compares performers with `=`, so two visits that might overlap are
always in the same leaf, whose own constraint is enough. By month it would not be: a visit over midnight at the end of a
month meets the next one's in another leaf. Both are tried, not supposed: a pass that lets an overlap through fails.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import psycopg

from bench.databases import connect
from bench.report import Report, spread
from bench.run import Unexpected
from bench.scale import Scale
from bench.scaling import GOAL, loaded
from bench.shapes import HASHED, PLAIN, Visit, Visits, by_hash, in_one_piece
from bench.world import World

CALLS = 150
SLICES = 4
# Weeks ahead in which no loaded visit is.
FREE_WEEK = 40
SMALLER = 10


def main() -> int:
    with loaded("partitions") as (report, scale, world, database), connect(database) as connection:
        _references(report, connection)
        for name, share in (("small", SMALLER), ("large", 1)):
            agendas = world.agendas // share
            shapes = _build(report, connection, name, agendas, scale)
            _read(report, connection, name, shapes, world, agendas)
            _write(report, database, name, shapes, world, agendas, scale)
        _refuses(report, connection, shapes, world)
        from bench import months

        months.measure(report, connection, world)
        _growth(report)
    return 0


def _references(report: Report, connection: psycopg.Connection) -> None:
    """The foreign keys that would have to carry the performer, since a unique key must hold the partition's column."""
    found = connection.execute(
        "SELECT conrelid::regclass::text FROM pg_constraint"
        " WHERE contype = 'f' AND confrelid = 'booking_appointment'::regclass ORDER BY 1"
    ).fetchall()
    report.note("foreign_keys_to_visits", [name for (name,) in found])
    report.tell(GOAL, "partitions: foreign keys that point at visits", len(found))
    report.note("server", connection.info.server_version)


def _build(report: Report, connection: psycopg.Connection, name: str, agendas: int, scale: Scale) -> dict[str, Visits]:
    """Both shapes filled by COPY; how long their indexes and their constraint take, the longest leaf apart."""
    shapes = {}
    for make in (in_one_piece, by_hash):
        table = make(connection, f"{name}_")
        began = time.monotonic()
        table.fill(agendas, agendas * scale.visits)
        copied = time.monotonic() - began
        indexes, constraint = table.index(), table.exclude()
        size = table.bytes()
        report.note(
            f"{name}_{table.shape}",
            {
                "copy_s": round(copied, 2),
                "indexes_s": round(indexes, 2),
                "constraint_s": round(sum(constraint), 2),
                "constraint_longest_leaf_s": round(max(constraint), 2),
                "leaves": len(table.leaves),
                "bytes": size,
            },
        )
        shapes[table.shape] = table
    longest = report.measured[f"{name}_{HASHED}"]["constraint_longest_leaf_s"]
    whole = report.measured[f"{name}_{PLAIN}"]["constraint_s"]
    report.tell(GOAL, f"partitions, {name}: constraint of the longest leaf / of the whole table, time", longest / whole)
    return shapes


def _read(
    report: Report,
    connection: psycopg.Connection,
    name: str,
    shapes: dict[str, Visits],
    world: World,
    agendas: int,
) -> None:
    """Busy time by the product's own statement, and one visit by its public identifier, each shape in turn."""
    cursor = psycopg.ClientCursor(connection)
    questions: dict[str, Callable[[Visits, int], None]] = {
        "one performer, 7 days": lambda table, n: table.busy(cursor, [n * 7919 % agendas + 1], 7),
        "20 performers, 3 days": lambda table, n: table.busy(cursor, world.neighbours(n * 7919 % agendas + 1), 3),
        "one visit by its uid": lambda table, n: table.find(cursor, n),
    }
    for what, ask in questions.items():
        times: dict[str, list[float]] = {shape: [] for shape in shapes}
        for number in range(-20, CALLS):
            for shape, table in shapes.items():
                began = time.perf_counter()
                ask(table, abs(number))
                if number >= 0:
                    times[shape].append((time.perf_counter() - began) * 1000)
        found = {shape: spread(each) for shape, each in times.items()}
        report.note(f"{name} {what}", found)
        ratio = found[HASHED]["p50"] / found[PLAIN]["p50"]
        report.tell(GOAL, f"partitions, {name}: {what}, by hash / in one piece, p50", ratio)
    report.note(f"{name}_leaves_read", {shape: table.leaves_read(cursor) for shape, table in shapes.items()})


def _write(
    report: Report,
    database: str,
    name: str,
    shapes: dict[str, Visits],
    world: World,
    agendas: int,
    scale: Scale,
) -> None:
    """Visits inserted a second under the constraint, one and eight clients, each shape in turn."""
    from bench.client import crowd

    for clients in (1, 8):
        connections = [connect(database) for _ in range(clients)]
        rates: dict[str, list[float]] = {shape: [] for shape in shapes}
        with crowd(clients) as many:
            for _ in range(SLICES):
                for shape, table in shapes.items():
                    insert = _inserting(table, connections, table.free_starts(world, agendas, week=FREE_WEEK))
                    rates[shape].append(many.rate(insert, scale.slice_seconds / 2)[0])
        for one in connections:
            one.close()
        report.note(f"{name} inserts a second, {clients}", {s: [round(rate) for rate in r] for s, r in rates.items()})
        ratio = max(rates[HASHED]) / max(rates[PLAIN])
        report.tell(GOAL, f"partitions, {name}: inserts a second, {clients} clients, by hash / in one piece", ratio)


def _inserting(
    table: Visits, connections: Sequence[psycopg.Connection], starts: Iterator[Visit]
) -> Callable[[int], None]:
    taking = threading.Lock()

    def insert(index: int) -> None:
        with taking:
            visit = next(starts)
        table.insert(connections[index], visit)

    return insert


def _refuses(report: Report, connection: psycopg.Connection, shapes: dict[str, Visits], world: World) -> None:
    """Two visits that overlap are refused in either shape. Raises Unexpected when one gets through."""
    first = world.start(FREE_WEEK + 20, 0, 0)
    for shape, table in shapes.items():
        table.insert(connection, Visit(1, first))
        for offset in (timedelta(0), timedelta(minutes=10), timedelta(minutes=-19)):
            try:
                table.insert(connection, Visit(1, first + offset))
            except psycopg.errors.ExclusionViolation:
                continue
            raise Unexpected(f"{shape}: two visits of one performer at the same time")
        table.insert(connection, Visit(2, first))
    report.tell(GOAL, "partitions: overlapping visits let through by hash", 0, 0)


def _growth(report: Report) -> None:
    """What ten times the rows cost each shape, from the medians already taken."""
    for what in ("one performer, 7 days", "20 performers, 3 days"):
        for shape in (PLAIN, HASHED):
            ratio = report.measured[f"large {what}"][shape]["p50"] / report.measured[f"small {what}"][shape]["p50"]
            report.tell(GOAL, f"partitions: {what}, ten times the visits, {shape}, p50", ratio)


if __name__ == "__main__":
    sys.exit(main())
