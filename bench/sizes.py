"""What a country would take: bytes of a row, what a booking writes, and the speed of a dump.

`.venv/bin/python -m script.run_bench sizes`. Bytes are those of the relation with its indexes, read from PostgreSQL after a
VACUUM. What a booking writes is counted by the server itself (rows inserted, updated, bytes of its journal) over bookings
made by the product's own service, messages and journal included.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from uuid import UUID, uuid4

import psycopg

from bench.databases import connect
from bench.report import Report
from bench.scaling import GOAL, loaded
from bench.world import World, uid
from script.servers.binaries import postgres_binaries
from script.servers.layout import Layout

BOOKINGS = 600
# What grows with visits, with people and with those who work here.
TABLES = (
    "booking_appointment",
    "booking_appointmentchange",
    "core_auditevent",
    "core_job",
    "core_idempotencykey",
    "notifications_message",
    "booking_openinghours",
    "booking_absence",
    "practitioners_practitioner",
    "practitioners_agenda",
    "practitioners_agendareason",
)
WRITTEN = "SELECT relname, n_tup_ins, n_tup_upd + n_tup_del FROM pg_stat_user_tables"


def main() -> int:
    with loaded("sizes") as (report, scale, world, database), connect(database) as connection:
        per_booking = _book(report, connection, world, scale.accounts)
        _bytes(report, connection, per_booking)
        _dump(report, connection, database)
    return 0


def _bytes(report: Report, connection: psycopg.Connection, per_booking: Counter[str]) -> None:
    """Rows, bytes and bytes a row of each table that grows; indexes apart."""
    connection.execute("VACUUM ANALYZE")
    found = {}
    for table in sorted({*TABLES, *per_booking}):
        row = connection.execute(
            f'SELECT count(*), pg_table_size(%(t)s), pg_indexes_size(%(t)s) FROM "{table}"', {"t": table}
        ).fetchone()
        count, rows, indexes = row or (0, 0, 0)
        if count:
            found[table] = {"count": count, "row_bytes": round(rows / count), "index_bytes": round(indexes / count)}
    report.note("bytes", found)
    visits = found["booking_appointment"]
    report.tell(GOAL, "sizes: bytes of a visit with its indexes", visits["row_bytes"] + visits["index_bytes"])
    names = connection.execute(
        "SELECT indexrelname, pg_relation_size(indexrelid) FROM pg_stat_user_indexes"
        " WHERE relname = 'booking_appointment' ORDER BY 2 DESC"
    ).fetchall()
    report.note("indexes_of_visits", {name: round(size / visits["count"], 1) for name, size in names})


def _book(report: Report, connection: psycopg.Connection, world: World, accounts: int) -> Counter[str]:
    """Rows that a booking inserts by table, the other rows it touches, and bytes of the server's journal."""
    from booking.services.appointments import Wish, book_appointment
    from core.access import Actor, Space
    from core.idempotency import Claim

    connection.execute("CHECKPOINT")
    before, began = _counted(connection), time.monotonic()
    (start,) = connection.execute("SELECT pg_current_wal_lsn()::text").fetchone() or ("0/0",)
    for number in range(BOOKINGS):
        agenda = number * 37 % world.agendas + 1
        book_appointment(
            actor=Actor(user_id=number % (accounts - 1) + 1, space=Space.PATIENT, session="", ip="10.0.0.1"),
            agenda=uid("agenda", agenda),
            visit_reason=UUID(str(world.reason_of(agenda))),
            start=next(world.free_starts(agenda)),
            wish=Wish(),
            claim=Claim(uuid4().hex, "POST booking_api:appointments", "0" * 64),
        )
    took = time.monotonic() - began
    (journal,) = connection.execute(
        "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), %s::pg_lsn)::bigint", [start]
    ).fetchone() or (0,)
    after = _counted(connection)
    inserted = Counter({table: after[table][0] - before.get(table, (0, 0))[0] for table in after})
    touched = {table: after[table][1] - before.get(table, (0, 0))[1] for table in after}
    report.note("rows_a_booking", {t: round(n / BOOKINGS, 2) for t, n in inserted.most_common() if n})
    report.note("rows_a_booking_changes", {t: round(n / BOOKINGS, 2) for t, n in touched.items() if n})
    report.note("seconds_of_bookings", round(took, 1))
    report.tell(GOAL, "sizes: rows inserted by a booking", sum(inserted.values()) / BOOKINGS)
    report.tell(GOAL, "sizes: bytes of the server's journal for a booking", journal / BOOKINGS)
    return Counter({table: number for table, number in inserted.items() if number >= BOOKINGS / 2})


def _counted(connection: psycopg.Connection) -> dict[str, tuple[int, int]]:
    """By table, rows inserted and rows changed so far, once the sessions have written down what they counted."""
    from django.db import connection as product

    # A session that goes back to the pool has told what it did some moments later.
    product.close()
    time.sleep(11)
    return {name: (added, changed) for name, added, changed in connection.execute(WRITTEN).fetchall()}


def _dump(report: Report, connection: psycopg.Connection, database: str) -> None:
    """A dump as `manage.py backup` takes it, to a file, and the size of what it read."""
    (size,) = connection.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "dump"
        programs, there = postgres_binaries(Layout.of()), connection.info
        command: list[str | Path] = [
            programs / "pg_dump",
            "--format=custom",
            "-h",
            there.host,
            "-p",
            str(there.port),
            "-U",
            there.user,
        ]
        began = time.monotonic()
        subprocess.run([*command, "-f", file, database], check=True)
        took, dumped = time.monotonic() - began, file.stat().st_size
    report.note("dump", {"database_bytes": size, "dump_bytes": dumped, "seconds": round(took, 1)})
    report.tell(GOAL, "sizes: MB of the database dumped a second", size / 1e6 / took)


if __name__ == "__main__":
    sys.exit(main())
