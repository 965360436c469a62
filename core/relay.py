"""The relay's loop: due rows go to the workers; those nobody takes are done here, so a dead broker delays nothing long.

Polling, not LISTEN/NOTIFY: a NOTIFY in each transaction takes a lock that all commits share, for a gain of 0.1 s.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.db import close_old_connections, connection

from core import clock, failures, outbox
from core.broker import Broker
from core.models import Heartbeat
from core.models.outbox import OutboxRow

logger = structlog.get_logger(__name__)

HEARTBEAT = "relay"
WORKER = "worker"
BEAT = "beat"
RELAY_MISSED_AFTER = timedelta(seconds=30)
RESCUE_EVERY = timedelta(seconds=1)
BATCH = 100
# A task of many rows has at most so many, and leaves enough for so many workers.
HANDFUL, SHARES = 10, 4
HANDS = 3  # rows done here at the same time, so that one slow provider does not hold the others up


@dataclass(frozen=True, slots=True)
class Queue:
    """A table the relay serves: its rows, the Celery task that does one, and the function that does one here.

    `task_of_many`, when there is one, is given several ids at once as long as there are enough for all workers.
    """

    model: type[OutboxRow]
    task: str
    do: Callable[[int], Any]
    task_of_many: str = ""


_queues: dict[str, Queue] = {}


def serve(queue: Queue) -> None:
    """Adds a table to those the relay serves; called when the apps start."""
    _queues[queue.task] = queue


def queues() -> list[Queue]:
    return list(_queues.values())


@dataclass(frozen=True, slots=True)
class Pulse:
    """How long ago the relay and a worker were seen (None: never), and the wait of the oldest due row."""

    seen_ago: timedelta | None
    worker_seen_ago: timedelta | None
    lag: timedelta


def pulse() -> Pulse:
    """Reads the heartbeats and the backlog of every queue."""
    now = clock.now()
    beats = {beat.name: now - beat.beat_at for beat in Heartbeat.objects.filter(name__in=(HEARTBEAT, WORKER))}
    return Pulse(
        seen_ago=beats.get(HEARTBEAT),
        worker_seen_ago=beats.get(WORKER),
        lag=max((outbox.lag(queue.model) for queue in queues()), default=timedelta(0)),
    )


def record_beat(name: str) -> None:
    """Writes that the process of this name is alive now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": clock.now()})


def sweep(budget: timedelta = timedelta(seconds=25)) -> int:
    """The workers' side of the bargain: gives back lost rows and, when no relay is alive, does what is due meanwhile.

    Stops taking rows when the budget is spent; returns how many it did.
    """
    ends_at = clock.now() + budget
    for queue in queues():
        outbox.rescue(queue.model)
    seen_ago = pulse().seen_ago
    if seen_ago is not None and seen_ago < RELAY_MISSED_AFTER:
        return 0
    done = 0
    for queue in queues():
        while clock.now() < ends_at and (
            pks := outbox.offer(queue.model, limit=1) or outbox.overdue(queue.model, limit=1)
        ):
            queue.do(pks[0])
            done += 1
    return done


class Relay:
    """One relay. Any number of them, on any number of machines, do no harm."""

    def __init__(self, broker: Broker, *, hands: int = HANDS) -> None:
        self.broker = broker
        self.hands = hands
        self._pool = ThreadPoolExecutor(max_workers=hands, thread_name_prefix="relay") if hands else None
        self._running: set[Future[None]] = set()
        self._next_rescue = clock.now()

    def turn(self) -> int:
        """Looks once at every queue; returns how many rows it handed on or did, 0 meaning there was nothing to do."""
        handled = 0
        rescuing = self._is_time_to_rescue()
        for queue in queues():
            if rescuing:
                outbox.rescue(queue.model)
            for pk in outbox.overdue(queue.model, limit=self._free_hands()):
                self._do(queue, pk)
                handled += 1
            offered = outbox.offer(queue.model, limit=self._free_hands() if self.broker.is_resting else BATCH)
            for pks in _shares(queue, offered):
                if not self._publish(queue, pks):
                    for pk in pks:
                        self._do(queue, pk)
                handled += len(pks)
        return handled

    def close(self) -> None:
        """Waits for the rows being done here, then lets go of the broker."""
        if self._pool:
            self._pool.shutdown(wait=True)
        self.broker.close()

    def _is_time_to_rescue(self) -> bool:
        if clock.now() < self._next_rescue:
            return False
        self._next_rescue = clock.now() + RESCUE_EVERY
        return True

    def _free_hands(self) -> int:
        self._running = {future for future in self._running if not future.done()}
        return max(0, 2 * self.hands - len(self._running)) if self._pool else BATCH

    def _publish(self, queue: Queue, pks: list[int]) -> bool:
        if len(pks) > 1:
            return self.broker.publish(queue.task_of_many, pks)
        return self.broker.publish(queue.task, pks[0])

    def _do(self, queue: Queue, pk: int) -> None:
        if self._pool:
            self._running.add(self._pool.submit(_do_in_thread, queue, pk))
        else:
            queue.do(pk)


def _shares(queue: Queue, pks: list[int]) -> list[list[int]]:
    """The rows as they are handed to the workers: one by one, or by handfuls when there are many."""
    size = max(1, min(HANDFUL, len(pks) // SHARES)) if queue.task_of_many else 1
    return [pks[first : first + size] for first in range(0, len(pks), size)]


def _do_in_thread(queue: Queue, pk: int) -> None:
    try:
        queue.do(pk)
    except Exception as error:  # the row comes back by itself; the thread must not die of it
        logger.warning("relay_row_failed", task=queue.task, row=pk, error=failures.error_code(error))
    finally:
        close_old_connections()
        connection.close()
