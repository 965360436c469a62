"""The supervisor keeps the processes of the Procfile alive and leaves none behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from script.servers import processes
from script.servers.layout import CHECKOUT
from script.servers.supervisor import Supervisor, read_procfile

PATIENCE = 15.0


def wait_for(condition, seconds: float = PATIENCE):
    """What the condition gives as soon as it is true."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)
    return found


def pid_in(path: Path) -> int:
    return int(wait_for(lambda: path.is_file() and path.read_text().strip()))


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervise(tmp_path, said):
    started = []

    def start(**commands: str) -> Supervisor:
        supervisor = Supervisor(commands, env=dict(os.environ), cwd=tmp_path, logs=tmp_path, say=said.append)
        started.append(supervisor)
        supervisor.start()
        return supervisor

    yield start
    for supervisor in started:
        supervisor.stop()


def test_procfile_of_the_project_names_its_four_processes():
    assert list(read_procfile(CHECKOUT / "Procfile")) == ["web", "worker", "beat", "relay"]


def test_procfile_reads_comments_colons_and_blanks(tmp_path):
    (tmp_path / "Procfile").write_text("# processes\n\nweb:  serve --at=a:b \n")
    assert read_procfile(tmp_path / "Procfile") == {"web": "serve --at=a:b"}


def test_process_writes_to_its_log(supervise, tmp_path):
    supervise(hello="sh -c 'echo bonjour; exec sleep 60'")
    wait_for(lambda: (tmp_path / "hello.log").read_text() == "bonjour\n")


def test_process_that_dies_is_started_again_after_a_pause(supervise, said):
    supervisor = supervise(web="sleep 60")
    first = supervisor.running["web"]
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: supervisor.died("web"))
    assert supervisor.revive() == []
    assert wait_for(supervisor.revive) == ["web"]
    assert supervisor.running["web"] != first
    assert said == [f"web ended with code -9; see {supervisor.log_of('web')}."]


def test_process_that_keeps_dying_is_started_less_and_less_often(supervise):
    supervisor = supervise(web="false")
    (process,) = supervisor.processes
    wait_for(supervisor.revive)
    first_pause = process.pause
    wait_for(supervisor.revive)
    assert process.pause == 2 * first_pause


def test_stop_asks_each_process_to_end(supervise, tmp_path):
    note = tmp_path / "order"
    command = "sh -c \"trap 'echo {name} >> order; exit' TERM; echo > {name}.ready; while :; do sleep 0.05; done\""
    supervisor = supervise(first=command.format(name="first"), second=command.format(name="second"))
    for name in ("first", "second"):
        wait_for((tmp_path / f"{name}.ready").exists)
    supervisor.stop()
    assert sorted(note.read_text().split()) == ["first", "second"]
    assert supervisor.running == {}


def test_stop_ends_grandchildren_of_a_process_that_left_them(supervise, tmp_path):
    supervisor = supervise(web="sh -c 'sleep 300 & echo $! > grandchild; exec sleep 300'")
    grandchild = pid_in(tmp_path / "grandchild")
    supervisor.stop()
    wait_for(lambda: not processes.is_alive(grandchild))


INTERRUPTED = """
import sys
from script.servers.supervisor import Interruption, Stopping
interruption = Interruption()
try:
    interruption.run(["sh", "-c", "echo $$ > child; sleep 300"], cwd=sys.argv[1])
except Stopping:
    sys.exit(7)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signal_during_a_command_ends_it_first(tmp_path, number):
    runner = subprocess.Popen([sys.executable, "-c", INTERRUPTED, str(tmp_path)], cwd=CHECKOUT)
    with contextlib.ExitStack() as stack:
        stack.callback(runner.kill)
        child = pid_in(tmp_path / "child")
        runner.send_signal(number)
        assert runner.wait(PATIENCE) == 7
    assert not processes.is_alive(child)
