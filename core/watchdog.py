"""Ends a worker that lives but takes no work, so that whoever supervises it starts a new one.

After an outage of its broker a Celery worker may stay connected and consume nothing, for ever and without a word. A thread
of the worker sends a canary task (`core.worker_seen`) and looks whether some worker did it. It says that work stands
still when
- canaries that the broker took stay undone for `CANARY_UNSEEN`, or
- the oldest due row has waited longer than `ROW_TOO_OLD` and this worker took no task since the last look.

A broker that is away is no reason: a new worker would find it no better, and the relay does the work meanwhile. Nor is a
long queue that moves. With several workers on one queue the canary of one is done by another: what the watchdog sees is
that all of them stand still, and then all leave.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from celery.signals import worker_ready, worker_shutting_down
from celery.worker import state as worker_state
from django.db import DatabaseError, InterfaceError, connection

from core import clock, relay
from core.broker import Broker

logger = structlog.get_logger(__name__)

CANARY = "core.worker_seen"
CANARY_UNSEEN = timedelta(seconds=90)
ROW_TOO_OLD = timedelta(seconds=120)
LOOK_EVERY = 15.0
# A worker told to stop that has not after this long is not going to: longer than its soft shutdown.
LAST_WORDS = 30.0
EXIT_CODE = 70

_stopping = threading.Event()


@dataclass(slots=True)
class Watchdog:
    """Looks at the queue from inside one worker. `tasks_taken` counts what this worker has taken since it started."""

    broker: Broker = field(default_factory=Broker)
    tasks_taken: Callable[[], int] = lambda: sum(worker_state.total_count.values())
    _sent_since: datetime | None = None
    _taken: int = -1

    def look(self) -> str | None:
        """Sends a canary and says why the worker must leave: `canary_unseen`, `rows_too_old`, or None while all is well."""
        now = clock.now()
        pulse = relay.pulse()
        reason = self._of_canaries(now, pulse) or self._of_rows(pulse)
        if not self.broker.publish(CANARY, 0):
            self._sent_since = None
        elif self._sent_since is None:
            self._sent_since = now
        return reason

    def _of_canaries(self, now: datetime, pulse: relay.Pulse) -> str | None:
        if self._sent_since is None:
            return None
        unseen_for = now - self._sent_since
        if pulse.worker_seen_ago is not None:
            unseen_for = min(unseen_for, pulse.worker_seen_ago)
        return "canary_unseen" if unseen_for > CANARY_UNSEEN else None

    def _of_rows(self, pulse: relay.Pulse) -> str | None:
        before, self._taken = self._taken, self.tasks_taken()
        stands_still = self._sent_since is not None and before == self._taken
        return "rows_too_old" if pulse.lag > ROW_TOO_OLD and stands_still else None


def watch(watchdog: Watchdog, leave: Callable[[], Any], stopping: threading.Event) -> None:
    """Looks again and again until there is a reason to leave, or the worker stops by itself."""
    while not stopping.wait(LOOK_EVERY):
        try:
            reason = watchdog.look()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("watchdog_database_away", error=type(error).__name__)
            reason = None
        finally:
            connection.close()
        if reason is not None:
            logger.error("worker_stands_still", reason=reason)
            return leave()
    return None


def leave() -> None:
    """Asks the worker to stop, which gives back what it holds; ends the process if it does not."""
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LAST_WORDS)
    os._exit(EXIT_CODE)


@worker_ready.connect
def start(**kwargs: Any) -> None:
    """Runs in each worker's main process, once it is ready to take tasks."""
    _stopping.clear()
    threading.Thread(target=watch, args=(Watchdog(), leave, _stopping), name="watchdog", daemon=True).start()


@worker_shutting_down.connect
def stop(**kwargs: Any) -> None:
    _stopping.set()
