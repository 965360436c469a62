"""Runs of the tests share one cluster; the last one to leave stops it."""

import subprocess
import sys

import pytest

from script.servers import locks, processes, pytest_plugin
from script.servers.layout import CHECKOUT
from script.servers.postgres import postmaster_of

STAY = """
import sys
from pathlib import Path
from script.servers.layout import Layout
from script.servers.postgres import THROWAWAY, Cluster
from script.servers.pytest_plugin import Stay
stay = Stay(Cluster(Layout.of(Path(sys.argv[1])), "test-postgres", THROWAWAY))
print(stay.cluster.start(), flush=True)
sys.stdin.readline()
stay.leave()
"""


@pytest.fixture
def checkout(new_checkout):
    return new_checkout()


@pytest.fixture
def join(checkout):
    """Starts another run of the tests; it leaves when its input ends."""
    runs = []

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", STAY, str(checkout)]
        runs.append(subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return runs[-1]

    yield start
    for run in runs:
        run.kill()
        run.communicate()
    pytest_plugin.Stay(pytest_plugin.Cluster(pytest_plugin.Layout.of(checkout), "test-postgres")).leave()


def leave(run: subprocess.Popen[str]) -> None:
    run.communicate("\n", timeout=60)
    assert run.returncode == 0


def test_runs_share_the_server_and_the_last_one_stops_it(join):
    first, second = join(), join()
    pid = int(first.stdout.readline())
    assert int(second.stdout.readline()) == pid
    leave(first)
    assert processes.is_alive(pid)
    leave(second)
    assert not processes.is_alive(pid)


def test_killed_run_does_not_keep_the_server(join, checkout):
    killed, other = join(), join()
    pid = int(killed.stdout.readline())
    other.stdout.readline()
    killed.kill()
    killed.communicate()
    leave(other)
    assert not processes.is_alive(pid)
    assert [postmaster_of(data) for data in (checkout / ".local").glob("test-postgres-[0-9]*")] == [None]


def test_database_of_a_killed_run_is_dropped_by_the_next_first_one(join, checkout):
    leftover = "test_run_1_abc"
    killed = join()
    killed.stdout.readline()
    cluster = pytest_plugin.Cluster(pytest_plugin.Layout.of(checkout), "test-postgres")
    cluster.ensure_database(leftover)
    cluster.ensure_database("test_kept")
    killed.kill()
    killed.communicate()
    join().stdout.readline()
    with cluster.connect() as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'").fetchall()
    assert rows == [("test_kept",)]


def test_kept_database_is_made_anew_when_a_migration_changed(tmp_path, monkeypatch):
    class Config:
        class known_args_namespace:  # noqa: N801  the attribute of pytest
            reuse_db = create_db = False

    migrations = tmp_path / "app" / "migrations"
    migrations.mkdir(parents=True)
    (migrations / "0001_initial.py").write_text("1")
    monkeypatch.setattr(pytest_plugin, "CHECKOUT", tmp_path)

    def is_made_anew() -> bool:
        Config.known_args_namespace.create_db = False
        pytest_plugin._reuse(Config, "mine")
        return Config.known_args_namespace.create_db

    assert is_made_anew()
    assert not is_made_anew()
    (migrations / "0001_initial.py").write_text("2")
    assert is_made_anew()


def test_lock_is_shared_by_many_and_held_alone_by_one(tmp_path):
    path = tmp_path / "lock"
    first, second = locks.share(path), locks.share(path)
    assert locks.try_hold(path) is None
    first.close()
    second.close()
    alone = locks.try_hold(path)
    assert alone is not None
    assert locks.try_hold(path) is None
    alone.close()
