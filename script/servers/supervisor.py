"""Runs the processes of a Procfile, starts again those that die, and stops them all when it is asked to."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from script.servers import processes

STOP_SECONDS = 20.0
LONGEST_PAUSE = 30.0
# A process that ran this long had started well: its next pause is short again.
STEADY_SECONDS = 60.0


class Stopping(Exception):
    """Somebody asked for the end, with Ctrl-C or a signal."""


class Interruption:
    """Notes that the end was asked for. Made before the first child, so that no signal can leave one behind.

    The handler raises nothing: an exception inside `Popen` would lose the child that was just born.
    """

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.asked = True

    def check(self) -> None:
        if self.asked:
            raise Stopping

    def pause(self, seconds: float) -> None:
        """Sleeps, and raises Stopping as soon as the end is asked for."""
        deadline = time.monotonic() + seconds
        while True:
            self.check()
            if (left := deadline - time.monotonic()) <= 0:
                return
            time.sleep(min(left, 0.05))

    def run(self, command: list[Any], **options: Any) -> None:
        """Runs a command to its end; ends it and raises Stopping when asked to. Raises CalledProcessError."""
        self.check()
        child = subprocess.Popen(command, start_new_session=True, **options)
        try:
            while child.poll() is None:
                self.pause(0.05)
        finally:
            end_group(child)
        if child.returncode:
            raise subprocess.CalledProcessError(child.returncode, command)


def end_group(child: subprocess.Popen[bytes], seconds: float = STOP_SECONDS) -> None:
    """Ends a child that leads its own session, then whatever is left of that session."""
    processes.end(child.pid, (signal.SIGTERM, seconds))
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def read_procfile(path: Path) -> dict[str, str]:
    """The commands of a Procfile by the name of their process, in its order."""
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (line.split(":", 1) for line in lines if line and not line.startswith("#"))
    return {name.strip(): command.strip() for name, command in pairs}


@dataclass(slots=True)
class Process:
    """One process of the Procfile."""

    name: str
    command: str
    child: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    pause: float = 1.0
    due: float = 0.0


class Supervisor:
    """Keeps the processes of a Procfile alive. Each writes to its own log and leads its own session."""

    def __init__(
        self, commands: Mapping[str, str], *, env: Mapping[str, str], cwd: Path, logs: Path, say: Callable[[str], None]
    ) -> None:
        self.processes = [Process(name, command) for name, command in commands.items()]
        self.env, self.cwd, self.logs, self.say = dict(env), cwd, logs, say

    @property
    def running(self) -> dict[str, int]:
        return {process.name: process.child.pid for process in self.processes if process.child is not None}

    def log_of(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def start(self) -> None:
        for process in self.processes:
            self._launch(process)

    def revive(self) -> list[str]:
        """Starts again what has died, each time after a longer pause; gives the names of what it started."""
        started = []
        now = time.monotonic()
        for process in self.processes:
            if process.child is not None and process.child.poll() is not None:
                self.say(f"{process.name} ended with code {process.child.returncode}; see {self.log_of(process.name)}.")
                process.pause = 1.0 if now - process.born > STEADY_SECONDS else min(process.pause * 2, LONGEST_PAUSE)
                process.due = now + process.pause
                end_group(process.child)
                process.child = None
            if process.child is None and now >= process.due:
                self._launch(process)
                started.append(process.name)
        return started

    def died(self, name: str) -> bool:
        return any(
            process.name == name and process.child and process.child.poll() is not None for process in self.processes
        )

    def stop(self) -> None:
        """Asks all to end, the last started first, and waits for each; what does not end in time is killed."""
        alive = [process.child for process in reversed(self.processes) if process.child is not None]
        for child in alive:
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in alive:
            processes.wait_until_gone(child.pid, max(0.0, deadline - time.monotonic()))
            end_group(child, seconds=0)
        for process in self.processes:
            process.child = None

    def _launch(self, process: Process) -> None:
        with self.log_of(process.name).open("ab") as log:
            process.child = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {process.command}"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.env,
                cwd=self.cwd,
                start_new_session=True,
            )
        process.born = time.monotonic()
