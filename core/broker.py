"""Hands ids to Celery's workers without ever waiting long for a broker that is down.

The queue only makes things faster: whatever it loses or refuses is done by the relay. Web code does not import this.
"""

import time
from typing import Any

import structlog
from celery import current_app

logger = structlog.get_logger(__name__)

# After a failure the broker is left alone for this long, so that a dead one costs one short wait, not one per row.
REST = 5.0
_IMPATIENT = {"max_retries": 0, "socket_connect_timeout": 0.5, "socket_timeout": 1.0, "retry_on_timeout": False}


class Broker:
    """One connection to the queue, owned by one thread."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._resting_until = 0.0

    @property
    def is_resting(self) -> bool:
        """True while the broker is presumed dead."""
        return time.monotonic() < self._resting_until

    def publish(self, task: str, rows: int | list[int]) -> bool:
        """Offers the row, or the rows, to a worker; False when the broker did not take it."""
        if self.is_resting:
            return False
        try:
            current_app.send_task(task, args=[rows], connection=self._open(), retry=False, ignore_result=True)
        except Exception as error:  # whatever the transport raises, the relay does the work itself
            logger.warning("broker_unreachable", error=type(error).__name__)
            self._resting_until = time.monotonic() + REST
            self.close()
            return False
        return True

    def close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            try:
                connection.release()
            except Exception as error:
                logger.debug("broker_close_failed", error=type(error).__name__)

    def _open(self) -> Any:
        if self._connection is None:
            options = {**(current_app.conf.broker_transport_options or {}), **_IMPATIENT}
            self._connection = current_app.connection_for_write(transport_options=options)
        return self._connection
