"""Runs PostgreSQL from its bare programs: makes the cluster once, starts it or joins the one that runs, stops it."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from script.servers import locks, processes
from script.servers.binaries import postgres_binaries, postgres_version
from script.servers.layout import Layout, own_folder, server_account

PORT = 5432
START_SECONDS = 60.0
REMOVE_SECONDS = 5.0
DURABLE = ("max_connections=100", "shared_buffers=256MB", "random_page_cost=1.1", "jit=off")
# The tests' data may be lost with the machine, so nothing is flushed to the disk.
THROWAWAY = (
    "max_connections=200",
    "shared_buffers=128MB",
    "random_page_cost=1.1",
    "jit=off",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum_naptime=10min",
)

Run = Callable[..., object]


class PostgresFailed(RuntimeError):
    """PostgreSQL did not start; the message says where its log is."""


def run_command(arguments: list[str | Path], **options: object) -> None:
    """The plain way to run a command to its end; the supervisor brings its own, which it can interrupt."""
    subprocess.run(arguments, check=True, **options)  # type: ignore[call-overload]


@dataclass(frozen=True, slots=True)
class Cluster:
    """One PostgreSQL cluster of this checkout, reached through a unix socket only, by the superuser `app`."""

    layout: Layout
    name: str = "postgres"
    settings: tuple[str, ...] = DURABLE
    run: Run = field(default=run_command, repr=False)

    @property
    def sockets(self) -> Path:
        return self.layout.sockets / self.name

    @property
    def log(self) -> Path:
        return self.layout.local / f"{self.name}.log"

    @property
    def lock(self) -> Path:
        return self.layout.local / f"{self.name}.lock"

    def folder(self, version: int) -> Path:
        return self.layout.state / f"{self.name}-{version}"

    def url(self, database: str) -> str:
        return f"postgres://app@:{PORT}/{quote(str(self.sockets))}/{quote(database)}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.sockets), port=PORT, user="app", dbname=database, autocommit=True, connect_timeout=5
        )

    def start(self) -> int:
        """Starts the server, or joins the one that runs already, and gives its process id.

        Any number of callers may come at once: one starts it, the others find it. Raises PostgresFailed.
        """
        with locks.held(self.lock):
            binaries = postgres_binaries(self.layout)
            data = self.folder(postgres_version(binaries))
            own_folder(self.sockets, server_account(), 0o700)
            if not data.exists():
                self._make(binaries, data)
            pid = self._survivor(data)
            return pid if pid is not None else self._launch(binaries, data)

    def stop(self) -> None:
        """Stops the server, if one runs, after the sessions in progress were told to end."""
        with locks.held(self.lock):
            for data in self.layout.state.glob(f"{self.name}-[0-9]*"):
                pid = postmaster_of(data)
                if pid is not None and not processes.end(pid, (signal.SIGINT, 30), (signal.SIGQUIT, 10)):
                    raise PostgresFailed(f"PostgreSQL (process {pid}) does not stop; its log is {self.log}.")

    def ensure_database(self, name: str) -> None:
        """Makes the database unless it exists."""
        with self.connect() as connection:
            if not _exists(connection, name):
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def has_database(self, name: str) -> bool:
        with self.connect() as connection:
            return _exists(connection, name)

    def new_database(self, name: str) -> None:
        """Makes the database empty, whatever an earlier attempt left under its name."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def rename_database(self, name: str, to: str) -> None:
        with self.connect() as connection:
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(to))
            )

    def _make(self, binaries: Path, data: Path) -> None:
        """Makes the cluster beside its place and moves it there whole: a killed attempt leaves nothing in the way."""
        unfinished = data.with_name(f"{data.name}.new")
        remove(unfinished)
        own_folder(unfinished, server_account(), 0o700)
        command = [binaries / "initdb", "-D", unfinished, "-U", "app", "-A", "trust", "-E", "UTF8", "--no-sync"]
        try:
            with self.log.open("ab") as log:
                self.run([*command, *_locale_options(binaries)], stdout=log, stderr=log, **as_server_account())
            unfinished.rename(data)
        finally:
            remove(unfinished)

    def _survivor(self, data: Path) -> int | None:
        """The running server's process id, once it answers; None when there is none any more."""
        deadline = time.monotonic() + START_SECONDS
        while (pid := postmaster_of(data)) is not None:
            if self._answers():
                return pid
            if time.monotonic() > deadline:
                raise PostgresFailed(f"PostgreSQL (process {pid}) runs but does not answer; its log is {self.log}.")
            time.sleep(0.05)
        self._clear_remains(data)
        return None

    def _clear_remains(self, data: Path) -> None:
        """Removes what a killed server left, once its orphans are gone: PostgreSQL takes a zombie for a live server."""
        deadline = time.monotonic() + START_SECONDS
        while orphans := processes.working_in(data):
            if time.monotonic() > deadline:
                raise PostgresFailed(f"Processes of a killed PostgreSQL are still there: {orphans}.")
            time.sleep(0.05)
        (data / "postmaster.pid").unlink(missing_ok=True)
        (self.sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)

    def _launch(self, binaries: Path, data: Path) -> int:
        command: list[str | Path] = [
            binaries / "postgres",
            "-D",
            data,
            "-k",
            self.sockets,
            "-p",
            str(PORT),
            "-c",
            "listen_addresses=",
        ]
        for setting in (*self.settings, "unix_socket_permissions=0700"):
            command += ["-c", setting]
        with self.log.open("ab") as log:
            # In a session of its own, so that Ctrl-C in the terminal reaches the supervisor alone.
            server = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **as_server_account(),
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if server.poll() is not None or time.monotonic() > deadline:
                processes.end(server.pid, (signal.SIGQUIT, 10))
                raise PostgresFailed(f"PostgreSQL did not start; its log is {self.log}.")
            time.sleep(0.02)
        return server.pid

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True


def postmaster_of(data: Path) -> int | None:
    """The process id of the server that runs on this folder, None when there is none or only its zombie."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    processes.reap(pid)
    # After a restart of the machine the id may be that of any other program.
    return pid if processes.is_alive(pid) and processes.name_of(pid) == "postgres" else None


def remove(folder: Path) -> None:
    """Empties what a killed initdb left; its child may go on writing there for a moment."""
    deadline = time.monotonic() + REMOVE_SECONDS
    shutil.rmtree(folder, ignore_errors=True)
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
        shutil.rmtree(folder, ignore_errors=True)


def _exists(connection: psycopg.Connection, database: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is not None


def _locale_options(binaries: Path) -> list[str]:
    """Letters with accents fold in every environment; names are sorted by a stored key, as no wheel has ICU."""
    ctype = "C.UTF-8" if os.uname().sysname == "Linux" else "en_US.UTF-8"
    if postgres_version(binaries) < 17:
        return [f"--locale={ctype}"]
    return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C", f"--lc-ctype={ctype}"]


def as_server_account() -> dict[str, Any]:
    """Options of a process that runs as the servers do."""
    account = server_account()
    # PostgreSQL must be able to enter the folder it is started from.
    options: dict[str, Any] = {"cwd": "/"}
    if not account.is_ours:
        options |= {"user": account.uid, "group": account.gid, "extra_groups": []}
    return options
