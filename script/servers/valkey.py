"""Runs the Redis-compatible server on a unix socket: starts it or joins the one that runs, stops it."""

import contextlib
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis

from script.servers import locks, processes
from script.servers.binaries import valkey_binary
from script.servers.layout import Layout

START_SECONDS = 20.0
PROGRAMS = {"valkey-server", "redis-server"}


class ValkeyFailed(RuntimeError):
    """The server did not start; the message says where its log is."""


@dataclass(frozen=True, slots=True)
class Valkey:
    """One Redis-compatible server of this checkout. What it holds survives its own death (append-only file)."""

    layout: Layout
    name: str = "valkey"

    @property
    def socket(self) -> Path:
        return self.layout.sockets / f"{self.name}.sock"

    @property
    def folder(self) -> Path:
        return self.layout.local / self.name

    @property
    def log(self) -> Path:
        return self.layout.local / f"{self.name}.log"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    def start(self) -> int:
        """Starts the server, or joins the one that runs already, and gives its process id. Raises ValkeyFailed."""
        with locks.held(self.layout.local / f"{self.name}.lock"):
            self.folder.mkdir(mode=0o700, exist_ok=True)
            pid = self._survivor()
            return pid if pid is not None else self._launch()

    def stop(self) -> None:
        """Stops the server, if one runs, after it has written what it holds."""
        with locks.held(self.layout.local / f"{self.name}.lock"):
            pid = self._recorded()
            if pid is not None and not processes.end(pid, (signal.SIGTERM, 10), (signal.SIGKILL, 5)):
                raise ValkeyFailed(f"The Redis-compatible server (process {pid}) does not stop.")

    def _recorded(self) -> int | None:
        try:
            pid = int((self.folder / "pid").read_text())
        except (OSError, ValueError):
            return None
        processes.reap(pid)
        return pid if processes.is_alive(pid) and processes.name_of(pid) in PROGRAMS else None

    def _survivor(self) -> int | None:
        deadline = time.monotonic() + START_SECONDS
        while (pid := self._recorded()) is not None:
            if self._answers():
                return pid
            if time.monotonic() > deadline:
                raise ValkeyFailed(f"The Redis-compatible server (process {pid}) runs but does not answer.")
            time.sleep(0.05)
        return None

    def _launch(self) -> int:
        options: dict[str, str | Path] = {
            "port": "0",
            "unixsocket": self.socket,
            "unixsocketperm": "700",
            "appendonly": "yes",
            "save": "",
            "dir": self.folder,
            "pidfile": self.folder / "pid",
            "daemonize": "no",
        }
        command: list[str | Path] = [valkey_binary()]
        for name, value in options.items():
            command += [f"--{name}", value]
        with self.log.open("ab") as log:
            server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if server.poll() is not None or time.monotonic() > deadline:
                processes.end(server.pid, (signal.SIGKILL, 5))
                raise ValkeyFailed(f"The Redis-compatible server did not start; its log is {self.log}.")
            time.sleep(0.01)
        return server.pid

    def _answers(self) -> bool:
        with contextlib.suppress(redis.RedisError, OSError), redis.Redis(unix_socket_path=str(self.socket)) as client:
            return bool(client.ping())
        return False
