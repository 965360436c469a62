"""Bookings over HTTP, each at a start that is free, by an account of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bench.client import Answer, Caller
from bench.run import Run, expect
from bench.world import PER_PRACTICE, World, uid

CREATED = 201
# Bookings of several passes must not meet: each takes its agendas from a part of its own.
PARTS = 5


class Bookings:
    """An endless row of different free starts of one database, and the calls that book them."""

    def __init__(self, run: Run, database: str = "large", *, part: int = 0) -> None:
        self.run, self.world = run, run.worlds[database]
        self.caller = Caller(getattr(run.ports, database))
        self._starts = self._walk(self.world, part)
        self._lock = threading.Lock()
        self._count = 0

    def body(self) -> tuple[dict[str, Any], str]:
        """A booking that nobody made yet, and the token of who makes it."""
        with self._lock:
            agenda, start = next(self._starts)
            self._count += 1
            token = self.run.tokens[self._count % (len(self.run.tokens) - 1)]
        asked = {
            "agenda": str(uid("agenda", agenda)),
            "visit_reason": str(self.world.reason_of(agenda)),
            "start": start.isoformat(),
        }
        return asked, token

    def book(self, caller: Caller | None = None) -> Answer:
        asked, token = self.body()
        return expect((caller or self.caller).post("/api/v1/appointments", asked, token=token), CREATED)

    @staticmethod
    def _walk(world: World, part: int) -> Iterator[tuple[int, datetime]]:
        """Agendas one after the other, far apart, so that each calendar gets one booking before any gets two."""
        agendas = [agenda for agenda in range(1, world.agendas + 1) if agenda % PARTS == part]
        walks = {agenda: world.free_starts(agenda) for agenda in agendas}
        while True:
            for offset in range(PER_PRACTICE):
                for agenda in agendas[offset::PER_PRACTICE]:
                    yield agenda, next(walks[agenda])
