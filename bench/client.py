"""A program that calls over loopback with a kept connection, and many of them at once."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import uuid4

from django.db import connection

from bench.environment import HOST

TIMEOUT = 60.0
# At most this long until every client of a race stands at the line.
LINE_UP = 30.0


class Answer(NamedTuple):
    """What came back: the HTTP status, the `code` of a refusal, and the milliseconds it took."""

    status: int
    body: bytes
    milliseconds: float

    @property
    def code(self) -> str:
        return json.loads(self.body).get("code", "") if self.status >= 400 else ""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Caller:
    """One kept connection to one port. `token` is the session token of an account, `number` makes its own address."""

    def __init__(self, port: int, *, token: str = "", number: int = 1) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self.headers = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
            "Accept": "application/json",
        }
        if token:
            self.headers["X-Session-Token"] = token

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, self.headers)

    def post(self, path: str, body: dict[str, Any], *, token: str = "") -> Answer:
        """With a fresh Idempotency-Key; `token` speaks for another account over the same connection."""
        headers = {**self.headers, "Content-Type": "application/json", "Idempotency-Key": uuid4().hex}
        if token:
            headers["X-Session-Token"] = token
        return self._ask("POST", path, json.dumps(body).encode(), headers)

    def close(self) -> None:
        self.connection.close()

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        began = time.perf_counter()
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        content = response.read()
        return Answer(response.status, content, (time.perf_counter() - began) * 1000)


class Start:
    """Lets many threads go at the same moment and notes when."""

    def __init__(self, count: int) -> None:
        self.released = 0.0
        self._barrier = threading.Barrier(count, action=self._note)

    def wait(self) -> None:
        self._barrier.wait(LINE_UP)

    def _note(self) -> None:
        self.released = time.perf_counter()


@dataclass
class Crowd:
    """So many threads kept for a whole pass, each one's act started at the same moment as the others'."""

    pool: ThreadPoolExecutor
    size: int

    def race(self, acts: Sequence[Callable[[], Any]]) -> tuple[list[Any], float]:
        """What each act gave, and the milliseconds from the start until the last one had ended. Errors are results."""
        start = Start(len(acts))

        def run(act: Callable[[], Any]) -> tuple[Any, float]:
            start.wait()
            try:
                result: Any = act()
            except Exception as error:
                result = error
            return result, time.perf_counter()

        ended = list(self.pool.map(run, acts))
        return [result for result, _ in ended], (max(at for _, at in ended) - start.released) * 1000

    def rate(self, act: Callable[[int], Any], seconds: float) -> tuple[float, list[Any]]:
        """How many times a second the threads together did `act(index)` for that long, and what it gave each time."""
        start = Start(self.size)

        def run(index: int) -> tuple[list[Any], float]:
            start.wait()
            done = []
            while time.perf_counter() - start.released < seconds:
                done.append(act(index))
            return done, time.perf_counter()

        ended = list(self.pool.map(run, range(self.size)))
        results = [result for done, _ in ended for result in done]
        return len(results) / (max(at for _, at in ended) - start.released), results


def give_back_connection() -> None:
    """Gives the connection of the calling thread back to the pool: nobody does it for a thread that ends."""
    connection.close()


@contextmanager
def crowd(size: int) -> Iterator[Crowd]:
    with ThreadPoolExecutor(max_workers=size) as pool:
        yield Crowd(pool, size)
