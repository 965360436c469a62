"""Serves HTTP on this machine from a thread: what the doubles of outside services stand on. Never on another address."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Generic, Protocol, TypeVar


class Double(Protocol):
    """What stands in for a service; `port` is told to it once it listens."""

    port: int


D = TypeVar("D", bound=Double)


class LocalServer(ThreadingHTTPServer, Generic[D]):
    """A server of one double on the loopback address, which its exchanges find as `server.double`."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, double: D, exchange: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", port), exchange)
        self.double = double
        double.port = self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left in the middle is none of our business."""


@contextmanager
def serving_locally(double: D, exchange: type[BaseHTTPRequestHandler], port: int = 0) -> Iterator[D]:
    """Serves the double from a thread until the end of the block, on a free port unless one is given."""
    with LocalServer(port, double, exchange) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield double
        finally:
            server.shutdown()
