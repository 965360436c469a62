"""Goal 3: the database's part of a booking, beside the rate of bare INSERTs on the same server.

`book_appointment` is called without HTTP. The time inside the driver is added up for each booking, from BEGIN to COMMIT:
idempotency, lock, the reads of the engine and of the rules, the visit, its audit row, its messages and its job. What that
time would allow a second is compared with R; the rate with Python's part is told beside it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from statistics import mean, median
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.db import connection

from bench.client import Crowd, crowd, give_back_connection
from bench.databases import connect
from bench.run import Run
from bench.writing import Bookings
from booking.services.appointments import Wish, book_appointment
from core.access import Actor, Space
from core.idempotency import Claim

INSERT = "INSERT INTO bench_row (agenda_id, start_at, label) VALUES (%s, now(), %s)"
CLIENTS = (1, 8)
SLICES = 4


class DriverClock:
    """Seconds that each thread spent waiting for PostgreSQL through psycopg."""

    def __init__(self) -> None:
        self._spent = threading.local()

    @property
    def seconds(self) -> float:
        return getattr(self._spent, "seconds", 0.0)

    @contextmanager
    def running(self) -> Iterator[None]:
        plain = psycopg.Connection.wait

        def timed(*args: Any, **options: Any) -> Any:
            began = time.perf_counter()
            try:
                return plain(*args, **options)
            finally:
                self._spent.seconds = self.seconds + time.perf_counter() - began

        psycopg.Connection.wait = timed  # type: ignore[method-assign]
        try:
            yield
        finally:
            psycopg.Connection.wait = plain  # type: ignore[method-assign]


def measure(run: Run) -> None:
    clock, bookings = DriverClock(), Bookings(run, part=3)
    with ExitStack() as stack:
        stack.enter_context(clock.running())
        database = run.databases["large"]
        raw = [stack.enter_context(connect(database)) for _ in range(max(CLIENTS))]
        for count in CLIENTS:
            with crowd(count) as clients:
                _compare(run, clients, clock, bookings, raw)
                clients.race([give_back_connection] * count)


def _compare(run: Run, clients: Crowd, clock: DriverClock, bookings: Bookings, raw: list[psycopg.Connection]) -> None:
    inserts, driver, whole = [], [], []
    seconds = run.scale.slice_seconds / 2
    book = _booking(run, clock, bookings)
    clients.rate(book, seconds)
    for _ in range(SLICES):
        inserts.append(clients.rate(lambda index: raw[index].execute(INSERT, [index, "row"], prepare=True), seconds)[0])
        rate, spent = clients.rate(book, seconds)
        whole.append(rate)
        driver.append(clients.size / mean(spent))
    count = clients.size
    run.report.note(
        f"inserts_and_bookings_per_second_{count}", [[round(rate) for rate in r] for r in (inserts, driver, whole)]
    )
    share, all_of_it = median(driver) / median(inserts), median(whole) / median(inserts)
    run.report.tell(3, f"database part of a booking / R, {count} clients", share, 0.30, at_least=True)
    run.report.tell(3, f"the whole service, Python included / R, {count} clients", all_of_it)


def _booking(run: Run, clock: DriverClock, bookings: Bookings) -> Callable[[int], float]:
    """One booking; gives the seconds that it spent in the driver."""

    def book(index: int) -> float:
        body, token = bookings.body()
        account = run.tokens.index(token) + 1
        actor = Actor(user_id=account, space=Space.PATIENT, session="", ip="10.0.0.1")
        connection.ensure_connection()
        before = clock.seconds
        book_appointment(
            actor=actor,
            agenda=UUID(body["agenda"]),
            visit_reason=UUID(body["visit_reason"]),
            start=datetime.fromisoformat(body["start"]),
            wish=Wish(),
            claim=Claim(uuid4().hex, "POST booking_api:appointments", "0" * 64),
        )
        return clock.seconds - before

    return book
