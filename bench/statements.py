"""Goal 8: how many SQL statements the two hot answers take, all included, whatever is asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.environment import HOST
from bench.run import Run, Unexpected
from bench.writing import Bookings

AVAILABILITY, BOOKING = 8, 25


def measure(run: Run) -> None:
    client = Client(SERVER_NAME=HOST, headers={"X-Session-Token": run.tokens[0]})
    world = run.world
    few, many = world.special("lone"), world.special("busy")
    asked = {
        "1 agenda, 1 day": run.availability([1], days=1, start=(world.start(1, 0, 0).date()).isoformat()),
        "1 agenda, 15 days": run.availability([1], days=15),
        "20 agendas, 3 days": run.availability(world.neighbours(1), days=3),
        "20 agendas, 15 days": run.availability(world.neighbours(1), days=15),
        "1 appointment, 7 days": run.availability([few], days=7),
        "10,000 appointments, 7 days": run.availability([many], days=7),
    }
    client.get(asked["20 agendas, 3 days"], secure=True)
    counts = {name: _count(partial(client.get, path, secure=True), 200) for name, path in asked.items()}
    empty = run.availability([world.special("full")], days=1, start=world.next_sunday.isoformat())
    following = _count(partial(client.get, empty, secure=True), 200)
    spare = Bookings(run, part=2)
    bookings = [_book(spare, client) for _ in range(3)]
    run.report.note("statements", {**counts, "empty window and what follows": following, "booking": bookings})
    tell = run.report.tell
    tell(8, "statements of an availability, most", max(*counts.values(), following), AVAILABILITY)
    tell(
        8,
        "its most less its least, whatever days, agendas and appointments",
        max(counts.values()) - min(counts.values()),
        0,
    )
    tell(8, "statements of a booking, BEGIN and COMMIT included, most", max(bookings), BOOKING)


def _book(bookings: Bookings, client: Client) -> int:
    body, token = bookings.body()
    headers = {"X-Session-Token": token, "Idempotency-Key": uuid4().hex}
    path = "/api/v1/appointments"
    return _count(lambda: client.post(path, body, content_type="application/json", headers=headers, secure=True), 201)


def _count(act: Callable[[], Any], status: int) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = act()
    if response.status_code != status:
        raise Unexpected(f"{response.status_code}: {response.content[:300]!r}")
    return len(captured)
