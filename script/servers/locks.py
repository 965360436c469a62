"""Locks between processes. The system lets go of them when their holder dies, however it dies."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Waits for the lock and keeps it for the block."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def try_hold(path: Path) -> IO[str] | None:
    """The open file that holds the lock until it is closed; None when somebody else holds or shares it."""
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def share(path: Path) -> IO[str]:
    """Joins those who share the lock, waiting for whoever holds it alone; the lock goes with the file."""
    file = path.open("a")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file
