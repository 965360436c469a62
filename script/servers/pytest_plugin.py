"""Gives every run of the tests a PostgreSQL: one cluster for all the runs of a checkout, one database each.

The first run starts the cluster, the last one to leave stops it. With TEST_DB=name in the environment the database is
kept between runs and made anew only when a migration changed; otherwise its name is new and it is dropped at the end.
When DATABASE_URL is set, that server is used and none is started.
"""

import hashlib
import os
import secrets
from pathlib import Path
from typing import IO

import pytest

from script.servers import locks
from script.servers.layout import CHECKOUT, Layout
from script.servers.postgres import THROWAWAY, Cluster

_OWN_DATABASE = "test_run_"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Runs before Django's settings are read. Workers of xdist inherit what their parent has set."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    name = os.environ.get("TEST_DB")
    os.environ["TEST_DATABASE"] = f"test_{name}" if name else f"{_OWN_DATABASE}{os.getpid()}_{secrets.token_hex(3)}"
    if name:
        _reuse(early_config, name)
    if not os.environ.get("DATABASE_URL"):
        stay = Stay(Cluster(Layout.of(), "test-postgres", THROWAWAY))
        os.environ["DATABASE_URL"] = stay.url
        early_config.add_cleanup(stay.leave)


class Stay:
    """One run's use of the shared cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        cluster.layout.create()
        self.users = cluster.layout.local / "test-postgres.users"
        alone = locks.try_hold(self.users)
        if alone is not None:
            cluster.start()
            self._drop_leftovers()
            alone.close()
        self.mark: IO[str] = locks.share(self.users)
        cluster.start()
        self.url = cluster.url("postgres")

    def leave(self) -> None:
        self.mark.close()
        if (alone := locks.try_hold(self.users)) is not None:
            self.cluster.stop()
            alone.close()

    def _drop_leftovers(self) -> None:
        """Nobody else is here: databases of runs that were killed may go."""
        with self.cluster.connect() as connection:
            left = connection.execute(
                "SELECT format('DROP DATABASE %%I WITH (FORCE)', datname) FROM pg_database WHERE datname LIKE %s",
                [_OWN_DATABASE.replace("_", r"\_") + "%"],
            ).fetchall()
            for (statement,) in left:
                connection.execute(statement)


def _reuse(config: pytest.Config, name: str) -> None:
    """Keeps the named database, unless the migrations have changed since it was made."""
    note = CHECKOUT / ".local" / f"test-{name}.migrations"
    current = digest_of_migrations()
    config.known_args_namespace.reuse_db = True
    if _read(note) != current:
        config.known_args_namespace.create_db = True
        note.parent.mkdir(exist_ok=True)
        note.write_text(current)


def digest_of_migrations() -> str:
    """Says which database the migrations make: ours, those of the locked libraries, and which of them are installed."""
    digest = hashlib.sha256()
    for pattern in ("*/migrations/*.py", "config/settings/*.py", "requirements*.txt"):
        for file in sorted(CHECKOUT.glob(pattern)):
            digest.update(os.fsencode(file.relative_to(CHECKOUT)) + file.read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> str:
    return path.read_text() if path.is_file() else ""
