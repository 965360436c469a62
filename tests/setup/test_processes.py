"""Processes are told apart from zombies and from later ones with the same id."""

import os
import signal
import subprocess
import time

from script.servers import processes, record
from script.servers.layout import Layout


def test_zombie_counts_as_dead():
    child = subprocess.Popen(["sleep", "60"])
    assert processes.is_alive(child.pid)
    child.kill()
    deadline = time.monotonic() + 10
    while processes.is_alive(child.pid):
        assert time.monotonic() < deadline
    os.kill(child.pid, 0)
    child.wait()
    assert not processes.is_alive(child.pid)


def test_process_that_ignores_a_signal_gets_the_next_one():
    child = subprocess.Popen(["sh", "-c", "trap '' TERM; echo; while :; do sleep 0.05; done"], stdout=subprocess.PIPE)
    child.stdout.readline()
    assert processes.end(child.pid, (signal.SIGTERM, 0.3), (signal.SIGKILL, 10))
    child.stdout.close()


def layout_in(folder) -> Layout:
    return Layout(folder, folder, folder)


def test_survivor_of_a_killed_run_is_ended(tmp_path):
    child = subprocess.Popen(["sleep", "60"])
    record.write_processes(layout_in(tmp_path), {"web": child.pid})
    assert record.end_survivors(layout_in(tmp_path)) == ["web"]
    assert not processes.is_alive(child.pid)
    assert record.end_survivors(layout_in(tmp_path)) == []


def test_later_process_with_the_id_of_a_survivor_is_left_alone(tmp_path):
    child = subprocess.Popen(["sleep", "60"])
    record.write_processes(layout_in(tmp_path), {"web": child.pid})
    note = tmp_path / "processes.json"
    note.write_text(note.read_text().replace(processes.started_at(child.pid), "1"))
    assert record.end_survivors(layout_in(tmp_path)) == []
    assert processes.is_alive(child.pid)
    child.kill()
    child.wait()


def test_addresses_are_for_their_owner_only(tmp_path):
    record.write_addresses(layout_in(tmp_path), {"DATABASE_URL": "postgres://user:secret@host/db"})
    assert (tmp_path / "servers.json").stat().st_mode & 0o777 == 0o600
    record.forget_addresses(layout_in(tmp_path))
    assert list(tmp_path.glob("servers*")) == []
