"""Looking at processes and ending them. A zombie counts as dead: nothing may ever reap it."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path


def is_alive(pid: int) -> bool:
    """Whether the process runs. False for a zombie."""
    if pid <= 0:
        return False
    try:
        # A process of another account is there too, though it may not be signalled.
        with contextlib.suppress(PermissionError):
            os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return _state_of(pid) != "Z"


def started_at(pid: int) -> str | None:
    """A text that tells this process from a later one with the same id; None when it is gone."""
    with contextlib.suppress(OSError):
        return _stat_fields(pid)[19]
    if Path("/proc/self/stat").exists():
        return None
    return _ps(pid, "lstart") or None


def name_of(pid: int) -> str:
    """The name of the process's program, empty when it is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    if Path("/proc/self/comm").exists():
        return ""
    return Path(_ps(pid, "comm")).name


def working_in(folder: Path) -> list[int]:
    """The processes whose current folder is this one. Linux only; elsewhere none is reported."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").readlink() == folder and is_alive(int(entry.name)):
                found.append(int(entry.name))
    return found


def reap(pid: int) -> None:
    """Takes the exit state of a child of ours, if it is one, so that it does not stay a zombie."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def wait_until_gone(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
        reap(pid)
    reap(pid)
    return True


def end(pid: int, *steps: tuple[signal.Signals, float]) -> bool:
    """Sends each signal in turn and waits its number of seconds; True as soon as the process is gone."""
    for number, seconds in steps:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if wait_until_gone(pid, seconds):
            return True
    return False


def _stat_fields(pid: int) -> list[str]:
    # The program's name, in brackets, may itself hold blanks and brackets: what follows the last one is regular.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _state_of(pid: int) -> str:
    try:
        return _stat_fields(pid)[0]
    except OSError:
        return "Z" if Path("/proc/self/stat").exists() else _ps(pid, "state")[:1]


def _ps(pid: int, column: str) -> str:
    command = ["ps", "-o", f"{column}=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
