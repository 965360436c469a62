"""Makes the databases of a run from one migrated template, fills them in bulk and removes them afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import psycopg
from psycopg import sql

from bench.loading import Progress, chunks, copy_query
from bench.scale import Scale
from bench.world import PER_PRACTICE, World

HERE = Path(__file__).parent
TEMPLATE = "bench_template"
ROWS = 50_000
# Agendas whose visits are copied at a time: two hundred practices.
CHUNK = 200 * PER_PRACTICE
# Name, first and last week, every how many starts, number of visits.
SPECIAL_VISITS = (
    ("lone", 1, 1, 1, 1),
    # Ten thousand: half of the next ten weeks, and the past.
    ("busy", 1, 10, 2, 500),
    ("busy", -96, -1, 1, 9_500),
    ("full", 0, 6, 1, 700),
)
Say = Callable[[str], None]


def url_of(database: str) -> str:
    """The address of another database of the server that DATABASE_URL names."""
    address = os.environ["DATABASE_URL"]
    return f"{address.rpartition('/')[0]}/{quote(database)}"


def connect(database: str) -> psycopg.Connection:
    """A plain connection, outside of Django, that commits each statement."""
    parts = urlsplit(url_of(database))
    folder, _, name = parts.path.rpartition("/")
    user, password = parts.username, parts.password
    return psycopg.connect(
        host=unquote(folder.removeprefix("/")) or parts.hostname,
        port=parts.port or 5432,
        user=unquote(user) if user else None,
        password=unquote(password) if password else None,
        dbname=unquote(name),
        autocommit=True,
    )


@contextmanager
def filled(scale: Scale, worlds: dict[str, World], say: Say) -> Iterator[dict[str, str]]:
    """The names of the filled databases, by world; they are dropped at the end."""
    names = {name: f"bench_{name}_{os.getpid()}" for name in worlds}
    _migrate_template()
    try:
        with connect("postgres") as server:
            for name in names.values():
                _statement(server, "CREATE DATABASE {} TEMPLATE {}", name, TEMPLATE)
        for name, database in names.items():
            began = time.monotonic()
            with connect(database) as connection:
                _fill(connection, worlds[name], scale, specials=name == "large")
                counted = connection.execute("SELECT count(*) FROM booking_appointment").fetchone()
            say(f"{name} database: {counted[0] if counted else 0} appointments in {time.monotonic() - began:.0f} s")
        yield names
    finally:
        with connect("postgres") as server:
            for name in names.values():
                _statement(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _migrate_template() -> None:
    with connect("postgres") as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
            _statement(server, "CREATE DATABASE {}", TEMPLATE)
    environment = {**os.environ, "DATABASE_URL": url_of(TEMPLATE)}
    for command in (["migrate", "--verbosity", "0"], ["createcachetable"]):
        subprocess.run([sys.executable, "manage.py", *command], env=environment, cwd=HERE.parent, check=True)


def _fill(connection: psycopg.Connection, world: World, scale: Scale, *, specials: bool) -> None:
    cursor = psycopg.ClientCursor(connection)
    # The rows are right by construction, so the checks of foreign keys would only take time.
    cursor.execute("SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'; SET session_replication_role = replica")
    with without_indexes(cursor, "booking_appointment"):
        _fill_calendars(cursor, world, scale, specials=specials)
        _copy_visits(connection, world, scale)
    sizes = {"accounts": scale.accounts, "practices": world.practices, "rows": ROWS}
    cursor.execute((HERE / "people.sql").read_text(), sizes)
    cursor.execute("VACUUM ANALYZE")
    cursor.execute("CHECKPOINT")


def _fill_calendars(cursor: psycopg.ClientCursor, world: World, scale: Scale, *, specials: bool) -> None:
    common = {"monday": world.monday, "per_practice": PER_PRACTICE}
    sizes = {
        "practices": world.practices,
        "every_agenda": world.practices * PER_PRACTICE,
    }
    cursor.execute((HERE / "rows.sql").read_text(), {**common, **sizes})
    if not specials:
        return
    for name, first_week, last_week, every, at_most in SPECIAL_VISITS:
        asked = {"first_week": first_week, "last_week": last_week, "every": every, "at_most": at_most}
        asked["agenda"] = world.special(name)
        cursor.execute((HERE / "special.sql").read_text(), {**common, **asked})


def _copy_visits(connection: psycopg.Connection, world: World, scale: Scale) -> None:
    """By COPY from one connection to the other, a chunk of practices at a time."""
    query = (HERE / "visits.sql").read_text()
    progress = Progress("visits", world.agendas * scale.visits)
    with connect(connection.info.dbname) as source:
        for first, last in chunks(world.agendas, CHUNK):
            wanted = {"first": first, "last": last, "visits": scale.visits, "per_practice": PER_PRACTICE}
            values = {**wanted, "monday": world.monday}
            progress.add(copy_query(source, connection, query, values, into="booking_appointment"))


@contextmanager
def without_indexes(cursor: psycopg.ClientCursor, table: str) -> Iterator[None]:
    """Drops the exclusion constraint and the plain indexes of a table, and builds them again over the rows."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'x'",
        [table],
    )
    constraints = cursor.fetchall()
    cursor.execute(
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE i.indrelid = %s::regclass AND NOT i.indisunique AND NOT i.indisexclusion",
        [table],
    )
    indexes = cursor.fetchall()
    for name, _ in constraints:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _, definition in indexes:
        cursor.execute(definition)
    for name, definition in constraints:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


@contextmanager
def without_uniqueness(cursor: psycopg.ClientCursor, table: str) -> Iterator[None]:
    """Drops the unique constraints of a table that no foreign key needs, and adds them again over the rows."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint one WHERE conrelid = %s::regclass AND contype = 'u'"
        " AND NOT EXISTS (SELECT FROM pg_constraint other WHERE other.contype = 'f' AND other.conindid = one.conindid)",
        [table],
    )
    constraints = cursor.fetchall()
    for name, _ in constraints:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    yield
    for name, definition in constraints:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def _statement(server: psycopg.Connection, text: str, *names: str) -> None:
    server.execute(sql.SQL(text).format(*map(sql.Identifier, names)))
