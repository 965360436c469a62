"""The embedded PostgreSQL starts where and how it must, and comes back from every way of being killed."""

import os
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from script.servers import processes
from script.servers.layout import CHECKOUT, Layout
from script.servers.postgres import Cluster, PostgresFailed, postmaster_of

START = "import sys; from pathlib import Path; from script.servers.layout import Layout; \
from script.servers.postgres import Cluster; print(Cluster(Layout.of(Path(sys.argv[1]))).start(), flush=True)"


def start_elsewhere(cluster: Cluster, then: str = "") -> subprocess.Popen[str]:
    """Starts the cluster from another process, which then does what `then` says."""
    command = [sys.executable, "-c", START + then, str(cluster.layout.local.parent)]
    return subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)


def data_of(cluster: Cluster) -> Path:
    (data,) = cluster.layout.state.glob(f"{cluster.name}-[0-9]*")
    return data


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    assert processes.wait_until_gone(pid, 10)


def test_cluster_folds_accents_without_any_locale(cluster, monkeypatch):
    for name in ("LANG", "LC_ALL", "LC_CTYPE"):
        monkeypatch.delenv(name, raising=False)
    cluster.start()
    with cluster.connect() as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        row = connection.execute(
            "SELECT upper('é'), 'ÉRIC' ILIKE 'éric', show_trgm('Éric') @> show_trgm('éric')"
        ).fetchone()
    assert row == ("É", True, True)


def test_cluster_listens_on_its_socket_alone(cluster):
    cluster.start()
    with cluster.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert stat.S_IMODE(cluster.sockets.stat().st_mode) == 0o700


def test_cluster_running_already_is_joined(cluster):
    assert cluster.start() == cluster.start()


def test_cluster_started_by_three_at_once_is_one(cluster):
    starters = [start_elsewhere(cluster) for _ in range(3)]
    pids = {starter.communicate(timeout=60)[0].strip() for starter in starters}
    assert pids == {str(postmaster_of(data_of(cluster)))}


def test_cluster_killed_restarts_with_what_was_committed(cluster):
    durable = Cluster(cluster.layout)
    first = durable.start()
    with cluster.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    kill(first)
    second = durable.start()
    with cluster.connect() as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    assert second != first


def test_cluster_whose_zombie_is_never_reaped_restarts(cluster):
    # Its parent lives on and asks nobody what became of it, as some first processes of containers do.
    parent = start_elsewhere(cluster, "; import time; time.sleep(120)")
    try:
        zombie = int(parent.stdout.readline())
        os.kill(zombie, signal.SIGKILL)
        assert processes.wait_until_gone(zombie, 10)
        os.kill(zombie, 0)
        assert cluster.start() != zombie
    finally:
        parent.kill()
        parent.communicate()


def test_cluster_ignores_a_process_that_was_given_its_old_id(cluster):
    cluster.start()
    cluster.stop()
    (data_of(cluster) / "postmaster.pid").write_text(
        f"{os.getpid()}\n{data_of(cluster)}\n1\n5432\n{cluster.sockets}\n\n\n\n"
    )
    assert cluster.start() != os.getpid()


def test_cluster_half_made_is_made_again(cluster):
    interrupted = Cluster(cluster.layout, run=interrupt_initdb)
    with pytest.raises(KeyboardInterrupt):
        interrupted.start()
    assert not list(cluster.layout.state.glob(f"{cluster.name}-[0-9]*"))
    cluster.start()
    with cluster.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def interrupt_initdb(command: list[str | Path], **options: object) -> None:
    """Lets initdb begin, kills it, and behaves as Ctrl-C does."""
    initdb = subprocess.Popen(command, **options)
    time.sleep(0.1)
    initdb.kill()
    initdb.wait()
    raise KeyboardInterrupt


def test_cluster_with_remains_of_a_killed_initdb_is_made(cluster):
    remains = cluster.layout.state / f"{cluster.name}-18.new"
    remains.mkdir()
    (remains / "PG_VERSION").write_text("18")
    cluster.start()
    assert not remains.exists()


def test_cluster_of_a_deep_folder_has_a_short_socket(new_checkout, new_cluster):
    cluster = new_cluster(new_checkout("a" * 100, "b" * 100))
    cluster.start()
    with cluster.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert len(os.fsencode(cluster.sockets)) < 90


def test_cluster_under_a_closed_home_leaves_it_closed(new_checkout, new_cluster):
    checkout = new_checkout("home", "prendsoin with a space")
    checkout.parent.chmod(0o700)
    cluster = new_cluster(checkout)
    cluster.start()
    with cluster.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert stat.S_IMODE(checkout.parent.stat().st_mode) == 0o700
    # Root's server runs as an account that cannot enter there.
    assert (cluster.layout.state == cluster.layout.local) == (os.geteuid() != 0)


def test_cluster_is_reached_through_its_address(cluster):
    cluster.start()
    cluster.ensure_database("prendsoin")
    cluster.ensure_database("prendsoin")
    found = subprocess.run(
        [sys.executable, "-c", "from config import environment; print(environment.database('DATABASE_URL'))"],
        env={"DATABASE_URL": cluster.url("prendsoin"), "PATH": os.environ["PATH"]},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert f"'HOST': '{cluster.sockets}'" in found
    assert "'NAME': 'prendsoin'" in found


def test_cluster_fills_a_first_database_under_another_name(cluster):
    cluster.start()
    cluster.new_database("unfinished")
    with cluster.connect("unfinished") as connection:
        connection.execute("CREATE TABLE half_made (id integer)")
        # An attempt that was killed left its table and its session behind.
        cluster.new_database("unfinished")
    with cluster.connect("unfinished") as connection:
        assert connection.execute("SELECT to_regclass('half_made')").fetchone() == (None,)
    assert not cluster.has_database("finished")
    cluster.rename_database("unfinished", to="finished")
    assert cluster.has_database("finished")
    assert not cluster.has_database("unfinished")


def test_cluster_that_cannot_start_says_where_its_log_is(cluster):
    broken = Cluster(cluster.layout, settings=("no_such_setting=1",))
    with pytest.raises(PostgresFailed, match=r"postgres\.log"):
        broken.start()


def test_cluster_stopped_leaves_no_process(cluster):
    pid = cluster.start()
    with ThreadPoolExecutor() as pool:
        sessions = list(pool.map(lambda _: cluster.connect(), range(3)))
    cluster.stop()
    assert not processes.is_alive(pid)
    assert processes.working_in(data_of(cluster)) == []
    with pytest.raises(psycopg.OperationalError):
        cluster.connect()
    for session in sessions:
        session.close()


def test_layouts_of_two_checkouts_share_nothing(new_checkout):
    first, second = Layout.of(new_checkout()), Layout.of(new_checkout())
    assert {first.local, first.state, first.sockets}.isdisjoint({second.local, second.state, second.sockets})
