"""A copy of the table of visits, in one piece or in partitions, with the indexes and the constraint of the real one."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import count
from typing import NamedTuple

import psycopg

from bench.databases import CHUNK, connect
from bench.loading import Progress, chunks, copy_query
from bench.world import STARTS, World
from core import clock

SOURCE = "booking_appointment"
PLAIN, HASHED = "in one piece", "by hash"
LEAVES = 16
LENGTH = timedelta(minutes=20)


class Visit(NamedTuple):
    performer: int
    start: datetime
    length: timedelta = LENGTH


@dataclass
class Visits:
    """One such table. `leaves` are the tables that hold its rows, itself when it is in one piece; a unique key must hold
    the column that `partitioned` names.
    """

    connection: psycopg.Connection
    name: str
    shape: str
    leaves: list[str]
    partitioned: str = ""
    _turns: Iterator[int] = field(default_factory=count)

    def fill(self, agendas: int, rows: int) -> None:
        """The visits of the first agendas, by COPY."""
        progress = Progress(self.name, rows)
        with connect(self.connection.info.dbname) as source:
            query = f"SELECT * FROM {SOURCE} WHERE agenda_id BETWEEN %(first)s AND %(last)s"
            for first, last in chunks(agendas, CHUNK):
                progress.add(copy_query(source, self.connection, query, {"first": first, "last": last}, into=self.name))
        self.connection.execute(f"ANALYZE {self.name}")

    def index(self) -> float:
        """Seconds that the keys and the plain indexes of the real table took."""
        began = time.monotonic()
        key = f", {self.partitioned}" if self.partitioned else ""
        for column in ("id", "uid"):
            self.connection.execute(f"CREATE UNIQUE INDEX ON {self.name} ({column}{key})")
        for (definition,) in self.connection.execute(
            "SELECT pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = %s::regclass AND NOT indisunique AND NOT indisexclusion",
            [SOURCE],
        ).fetchall():
            self.connection.execute(re.sub(r"INDEX \S+ ON \S+", f"INDEX ON {self.name}", definition, count=1))
        return time.monotonic() - began

    def exclude(self) -> list[float]:
        """Seconds that the constraint took on each leaf. On the parent it takes PostgreSQL 17; leaves do on any."""
        (definition,) = self.connection.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'x'",
            [SOURCE],
        ).fetchone() or ("",)
        spent = []
        for leaf in self.leaves:
            began = time.monotonic()
            self.connection.execute(f"ALTER TABLE {leaf} ADD {definition}")
            spent.append(time.monotonic() - began)
        return spent

    def bytes(self) -> dict[str, int]:
        """Of the rows, and of the indexes."""
        listed = ", ".join(f"'{leaf}'::regclass" for leaf in self.leaves)
        found = self.connection.execute(
            f"SELECT sum(pg_table_size(one))::bigint, sum(pg_indexes_size(one))::bigint FROM unnest(ARRAY[{listed}]) AS one"
        ).fetchone()
        return dict(zip(("rows", "indexes"), found or (0, 0), strict=True))

    def busy(self, cursor: psycopg.ClientCursor, performers: list[int], days: int) -> None:
        """The statement by which the product reads busy time, from today on."""
        from booking.calendar import _TAKEN

        now = clock.now()
        low, high = now - timedelta(hours=14), now + timedelta(days=days, hours=12)
        values = [performers, low - timedelta(days=1), high, low, now, 0]
        cursor.execute(_TAKEN.replace(SOURCE, self.name), values)
        cursor.fetchall()

    def leaves_read(self, cursor: psycopg.ClientCursor) -> int:
        """How many leaves PostgreSQL looks into for one performer."""
        from booking.calendar import _TAKEN

        now, week = clock.now(), timedelta(days=7)
        cursor.execute(
            "EXPLAIN " + _TAKEN.replace(SOURCE, self.name), [[7], now - week, now + week, now - week, now, 0]
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
        return sum(f" on {leaf} " in plan for leaf in self.leaves)

    def find(self, cursor: psycopg.ClientCursor, number: int) -> None:
        """One visit by its public identifier, as a person opens it."""
        cursor.execute(f"SELECT * FROM {self.name} WHERE uid = %s", [self._known[number % len(self._known)]])
        cursor.fetchone()

    @cached_property
    def _known(self) -> list[object]:
        rows = self.connection.execute(f"SELECT uid FROM {self.name} WHERE performer_id % 97 = 5 LIMIT 400")
        return [uid for (uid,) in rows.fetchall()]

    def insert(self, connection: psycopg.Connection, visit: Visit) -> None:
        """One visit, in a transaction of its own."""
        values = [next(_ids), visit.performer, visit.start, visit.start + visit.length]
        connection.execute(self._insertion, values, prepare=True)

    @cached_property
    def _insertion(self) -> str:
        """All columns: those of the model, but for who, when and what makes a row itself."""
        given = {"id": "%s", "performer_id": "%s", "start_at": "%s", "end_at": "%s"}
        rows = self.connection.execute(f"SELECT * FROM {self.name}_model LIMIT 0")
        others = [f'"{column.name}"' for column in rows.description or () if column.name not in {*given, "uid"}]
        columns = ", ".join([*given, "uid", *others])
        values = ", ".join([*given.values(), "gen_random_uuid()", *others])
        return f"INSERT INTO {self.name} ({columns}) SELECT {values} FROM {self.name}_model"

    def free_starts(self, world: World, agendas: int, *, week: int) -> Iterator[Visit]:
        """Visits that overlap no other, each of another performer than the one before; the same row never comes twice."""
        while True:
            turn = next(self._turns)
            slot = turn // agendas
            yield Visit(
                turn * 7919 % agendas + 1, world.start(week + slot // STARTS // 5, slot // STARTS % 5, slot % STARTS)
            )


_ids = count(1_000_000_000)


def in_one_piece(connection: psycopg.Connection, prefix: str) -> Visits:
    name = f"{prefix}plain"
    connection.execute(f"CREATE TABLE {name} (LIKE {SOURCE} INCLUDING CONSTRAINTS)")
    return Visits(connection, name, PLAIN, [_with_model(connection, name)])


def by_hash(connection: psycopg.Connection, prefix: str) -> Visits:
    """Sixteen leaves by hash of the performer."""
    name = f"{prefix}hashed"
    connection.execute(f"CREATE TABLE {name} (LIKE {SOURCE} INCLUDING CONSTRAINTS) PARTITION BY HASH (performer_id)")
    leaves = [f"{name}_{number:02}" for number in range(LEAVES)]
    for number, leaf in enumerate(leaves):
        connection.execute(
            f"CREATE TABLE {leaf} PARTITION OF {name} FOR VALUES WITH (MODULUS {LEAVES}, REMAINDER {number})"
        )
    _with_model(connection, name)
    return Visits(connection, name, HASHED, leaves, "performer_id")


def _with_model(connection: psycopg.Connection, name: str) -> str:
    """Beside the table, one row that those inserted are made from."""
    connection.execute(f"CREATE TABLE {name}_model AS SELECT * FROM {SOURCE} WHERE status = 'booked' LIMIT 1")
    return name
