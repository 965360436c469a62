"""How far a replica is behind its primary, looked at once a second by each process.

Measured by positions of the journal of PostgreSQL, without trusting any clock or the replica's own word: the replica has
everything that was committed before the moment at which the primary stood where the replica stands now.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from enum import StrEnum

import structlog
from django.db import DEFAULT_DB_ALIAS, Error, connections

logger = structlog.get_logger(__name__)

REPLICA = "replica"
# A verdict is good for this many seconds; whoever cannot be reached is left alone for that many.
EVERY = 1.0
REST = 5.0
_PRIMARY = "SELECT (pg_control_system()).system_identifier, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"
_STANDBY = """
SELECT (pg_control_system()).system_identifier,
    CASE WHEN pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint END"""

# The identifier of the cluster, and a position in its journal; None where it is not a standby.
Place = tuple[int, int | None]


class State(StrEnum):
    """What was seen of the replica. Only `ok` is read from; `foreign` is not a standby of this primary (any more)."""

    OK = "ok"
    LATE = "late"
    DOWN = "down"
    FOREIGN = "foreign"


class Watch:
    """The last verdict on the replica. Shared by the threads of a process; one of them looks, the others do not wait."""

    def __init__(
        self,
        max_lag: Callable[[], float],
        *,
        primary: Callable[[], Place] = lambda: _place(DEFAULT_DB_ALIAS, _PRIMARY),
        standby: Callable[[], Place] = lambda: _place(REPLICA, _STANDBY),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_lag, self._primary, self._standby, self._clock = max_lag, primary, standby, clock
        self._seen: deque[tuple[float, int]] = deque()
        self._looking = threading.Lock()
        self._state = State.DOWN
        self._told = State.OK
        self._good_until = self._rest_until = float("-inf")

    def state(self) -> State:
        """What the replica is worth now. Late while another thread has been looking for longer than a verdict is good."""
        now = self._clock()
        if now < self._rest_until:
            return State.DOWN
        if now >= self._good_until:
            if not self._looking.acquire(blocking=False):
                return self._state if now < self._good_until + EVERY else State.LATE
            try:
                self._tell(self._look(now))
                self._good_until = now + EVERY
            finally:
                self._looking.release()
        return self._state

    def rest(self, error: BaseException) -> None:
        """Leave the replica alone for some seconds: it could not be reached."""
        self._rest_until = self._clock() + REST
        self._tell(State.DOWN, error=type(error).__name__)

    def forget(self) -> None:
        """Begin anew, as a new process does."""
        self._seen.clear()
        self._state, self._told = State.DOWN, State.OK
        self._good_until = self._rest_until = float("-inf")

    def _look(self, now: float) -> State:
        try:
            cluster, written = self._primary()
        except Error:
            # What is read from the primary will say so.
            return State.LATE
        if written is None:
            return State.LATE
        try:
            its_cluster, replayed = self._standby()
        except Error:
            self._rest_until = now + REST
            return State.DOWN
        if its_cluster != cluster or replayed is None:
            return State.FOREIGN
        self._seen.append((now, written))
        while self._seen[0][0] < now - self._max_lag():
            self._seen.popleft()
        return State.OK if replayed >= self._seen[0][1] else State.LATE

    def _tell(self, state: State, **more: str) -> None:
        self._state = state
        if state is not self._told:
            self._told = state
            logger.log(20 if state is State.OK else 30, "replica", state=state.value, **more)


def _place(alias: str, statement: str) -> Place:
    connection = connections[alias]
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            cluster, position = cursor.fetchone()
            return cluster, position
    except Error:
        if alias == REPLICA:
            # The next look begins with a new connection.
            with contextlib.suppress(Error):
                connection.close()
        raise
