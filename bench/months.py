"""Visits by month: what taking a month away costs beside deleting it, and what the constraint no longer sees."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import psycopg

from bench.report import Report
from bench.run import Unexpected
from bench.scaling import GOAL
from bench.shapes import SOURCE, Visit, Visits, in_one_piece
from bench.world import World

NAME = "monthly"


def measure(report: Report, connection: psycopg.Connection, world: World) -> None:
    connection.execute("SET TIME ZONE 'UTC'")
    first = (world.monday - timedelta(weeks=4)).replace(day=1)
    months = [first]
    while len(months) < 5:
        months.append(_after(months[-1]))
    table = _by_month(connection, months)
    whole = in_one_piece(connection, "deleted_")
    for one in (table, whole):
        connection.execute(f"INSERT INTO {one.name} SELECT * FROM {SOURCE} WHERE start_at >= %s", [_midnight(first)])
        one.index()
        one.exclude()
        connection.execute(f"VACUUM ANALYZE {one.name}")
    oldest = table.leaves[0]
    (rows,) = connection.execute(f"SELECT count(*) FROM {oldest}").fetchone() or (0,)
    spent = {
        "detach": _timed(connection, f"ALTER TABLE {NAME} DETACH PARTITION {oldest}"),
        "delete": _timed(connection, f"DELETE FROM {whole.name} WHERE start_at < '{months[1]}'"),
        "vacuum": _timed(connection, f"VACUUM {whole.name}"),
    }
    bounds = f"FOR VALUES FROM ('{months[0]}') TO ('{months[1]}')"
    spent["attach"] = _timed(connection, f"ALTER TABLE {NAME} ATTACH PARTITION {oldest} {bounds}")
    connection.execute(f"ALTER TABLE {NAME} DETACH PARTITION {oldest}")
    inside = f"start_at >= '{months[0]}' AND start_at < '{months[1]}'"
    connection.execute(f"ALTER TABLE {oldest} ADD CONSTRAINT inside CHECK ({inside})")
    spent["attach_checked"] = _timed(connection, f"ALTER TABLE {NAME} ATTACH PARTITION {oldest} {bounds}")
    report.note("month", {"rows": rows, **{name: round(seconds, 4) for name, seconds in spent.items()}})
    report.tell(
        GOAL, "months: detaching / deleting and vacuuming, time", spent["detach"] / (spent["delete"] + spent["vacuum"])
    )
    _hole(report, connection, table, months)


def _hole(report: Report, connection: psycopg.Connection, table: Visits, months: list[date]) -> None:
    """A visit over midnight at the end of a month, and another one in it. Raises Unexpected when it is refused."""
    edge = _midnight(months[3])
    table.insert(connection, Visit(3, edge - timedelta(minutes=10)))
    try:
        table.insert(connection, Visit(3, edge))
    except psycopg.errors.ExclusionViolation as error:
        raise Unexpected("A visit at the edge of a month was refused: the page on growth says otherwise") from error
    report.tell(GOAL, "months: overlapping visits let through at the edge of a month", 1)


def _by_month(connection: psycopg.Connection, months: list[date]) -> Visits:
    connection.execute(f"CREATE TABLE {NAME} (LIKE {SOURCE} INCLUDING CONSTRAINTS) PARTITION BY RANGE (start_at)")
    leaves = []
    for month in months:
        leaves.append(f"{NAME}_{month:%Y_%m}")
        connection.execute(
            f"CREATE TABLE {leaves[-1]} PARTITION OF {NAME} FOR VALUES FROM ('{month}') TO ('{_after(month)}')"
        )
    connection.execute(f"CREATE TABLE {NAME}_default PARTITION OF {NAME} DEFAULT")
    connection.execute(f"CREATE TABLE {NAME}_model AS SELECT * FROM {SOURCE} WHERE status = 'booked' LIMIT 1")
    return Visits(connection, NAME, "by month", [*leaves, f"{NAME}_default"], "start_at")


def _timed(connection: psycopg.Connection, statement: str) -> float:
    began = time.perf_counter()
    connection.execute(statement)
    return time.perf_counter() - began


def _after(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _midnight(day: date) -> datetime:
    """As PostgreSQL reads the bounds of the leaves."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
