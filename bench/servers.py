"""Starts the web processes of the Procfile on free ports of this machine, and ends them."""

from __future__ import annotations

import http.client
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import environment
from bench.databases import url_of
from script.servers.layout import CHECKOUT
from script.servers.supervisor import Supervisor, read_procfile

WORKERS = 2
START_SECONDS = 90.0
LOGS = CHECKOUT / ".local" / "log"


@dataclass(frozen=True, slots=True)
class Served:
    """Where the three servers listen: the floor, and the product over each database."""

    floor: int
    large: int
    small: int


@contextmanager
def served(databases: Mapping[str, str]) -> Iterator[Served]:
    """The servers, answering; they are ended however the block ends."""
    LOGS.mkdir(parents=True, exist_ok=True)
    wanted = {
        "floor": (environment.FLOOR, databases["large"]),
        "large": (environment.PRODUCT, databases["large"]),
        "small": (environment.PRODUCT, databases["small"]),
    }
    ports = dict(zip(wanted, free_ports(len(wanted)), strict=True))
    with ExitStack() as stack:
        started = {name: _supervisor(name, ports[name], *what) for name, what in wanted.items()}
        for supervisor in started.values():
            stack.callback(supervisor.stop)
            supervisor.start()
        for name, supervisor in started.items():
            _wait_for(ports[name], name, supervisor)
        yield Served(**ports)


@contextmanager
def one_served(name: str, port: int, settings: str, database: str) -> Iterator[None]:
    """One more server over a database, answering, for the block."""
    LOGS.mkdir(parents=True, exist_ok=True)
    supervisor = _supervisor(name, port, settings, database)
    with ExitStack() as stack:
        stack.callback(supervisor.stop)
        supervisor.start()
        _wait_for(port, name, supervisor)
        yield


def _supervisor(name: str, port: int, settings: str, database: str) -> Supervisor:
    log = f"bench-{name}"
    (LOGS / f"{log}.log").unlink(missing_ok=True)
    variables = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings,
        "DATABASE_URL": url_of(database),
        "BIND": "127.0.0.1",
        "PORT": str(port),
        "WEB_WORKERS": str(WORKERS),
    }
    command = read_procfile(CHECKOUT / "Procfile")["web"]
    return Supervisor({log: command}, env=variables, cwd=CHECKOUT, logs=LOGS, say=print)


def log_of(name: str) -> Path:
    return LOGS / f"bench-{name}.log"


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _wait_for(port: int, name: str, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/sante", headers={"Host": environment.HOST})
            connection.getresponse().read()
        except OSError as error:
            if time.monotonic() > deadline or supervisor.died(f"bench-{name}"):
                raise RuntimeError(f"The {name} server does not answer; its log is {log_of(name)}.") from error
            time.sleep(0.2)
        else:
            return
        finally:
            connection.close()
