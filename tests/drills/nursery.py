"""Starts the processes of the drills from one that has already loaded the site: a fork instead of seconds of imports.

What is started is a process of its own as before, with its own environment, connections and process group; it can be
stopped, told to end and killed. The nursery itself (`multiprocessing`'s fork server) opens no connection.
"""

import contextlib
import multiprocessing
import os
import runpy
import signal
import sys
from pathlib import Path

from celery.__main__ import main as celery

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.drills.preloaded"])


class Child:
    """A process that the nursery started; what `subprocess.Popen` offers of it, so far as the drills need."""

    def __init__(self, command: tuple[str, ...], environment: dict[str, str], log: Path) -> None:
        self._process = _context.Process(target=_become, args=(command, environment, str(log)), daemon=True)
        self._process.start()
        self.pid: int = self._process.pid or 0

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        """Its exit code once it has ended. Raises TimeoutError when it has not."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutError(f"process {self.pid} still runs")
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)


def _become(command: tuple[str, ...], environment: dict[str, str], log: str) -> None:
    """Becomes `python -m command` in this environment: its own process group, its output in the log."""
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for stream in (1, 2):
        os.dup2(descriptor, stream)
    os.environ.clear()
    os.environ.update(environment)
    _read_settings_again()
    sys.argv = list(command)
    if command[0] == "celery":
        celery()
    else:
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)


def _read_settings_again() -> None:
    """The settings as this environment gives them: those of the nursery were read in another."""
    from asgiref.local import Local
    from django.conf import settings
    from django.core.cache import caches
    from django.db import connections
    from django.utils.functional import empty

    for name in [name for name in sys.modules if name.startswith(("config.settings", "tests.drills.settings"))]:
        del sys.modules[name]
    settings._wrapped = empty
    settings.__dict__.clear()
    settings.__dict__["_wrapped"] = empty
    for handler in (connections, caches):
        handler.__dict__.pop("settings", None)
        handler._settings = None
        handler._connections = Local(handler.thread_critical)
