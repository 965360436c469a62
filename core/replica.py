"""Reads public pages from a replica while it keeps up. Off unless `DATABASE_REPLICA_URL` names one.

A page says so itself with `@from_replica`; inside it, reads of `REPLICA_MODELS` and the statements that are run through
`reading()` go to the replica. Everything else stays with the primary: writes, whatever happens inside a transaction, all
other pages, and whoever has just written. What is shown may be some seconds old; booking looks again under its lock.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from core.db import is_unavailable
from core.recent_writes import wrote_lately
from core.replica_watch import REPLICA, State, Watch

logger = structlog.get_logger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

watch = Watch(lambda: settings.REPLICA_MAX_LAG)
_reading_replica: ContextVar[bool] = ContextVar("reading_replica", default=False)


def is_configured() -> bool:
    return REPLICA in connections.settings


def reading_alias() -> str:
    """The database that a read of public rows goes to, at this place of this request."""
    if _reading_replica.get() and not connections[DEFAULT_DB_ALIAS].in_atomic_block:
        return REPLICA
    return DEFAULT_DB_ALIAS


def reading() -> BaseDatabaseWrapper:
    """The connection for a statement that only reads public rows."""
    return connections[reading_alias()]


def from_replica(view: Callable[P, R]) -> Callable[P, R]:
    """Declares a page, or a method of an API view, whose public reads may come from the replica.

    It answers safe methods, changes nothing, and shows nothing that a later step does not check again. When the replica
    fails on the way, the page is made once more, from the primary.
    """

    @wraps(view)
    def read(*args: P.args, **kwargs: P.kwargs) -> R:
        if not is_configured() or not _may_read(next(arg for arg in args if hasattr(arg, "COOKIES"))):
            return view(*args, **kwargs)
        with _from_replica():
            try:
                return view(*args, **kwargs)
            except Error as error:
                if not _note_failure(error):
                    raise
        return view(*args, **kwargs)

    read.reads_replica = True  # type: ignore[attr-defined]
    return read


class ReplicaRouter:
    """Django's router: the rows of `REPLICA_MODELS` from the replica inside declared pages, all else from the primary."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return reading_alias() if model._meta.label in settings.REPLICA_MODELS else DEFAULT_DB_ALIAS

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


def _may_read(request: Any) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and not connections[DEFAULT_DB_ALIAS].in_atomic_block
        and not wrote_lately(request)
        and watch.state() is State.OK
    )


@contextmanager
def _from_replica() -> Iterator[None]:
    token = _reading_replica.set(True)
    try:
        yield
    finally:
        _reading_replica.reset(token)


def _note_failure(error: Error) -> bool:
    """Whether it was the replica that failed; it is then left alone for a while if nobody answers there."""
    connection = connections[REPLICA]
    if not connection.errors_occurred:
        return False
    logger.warning("replica_failed", error=type(error).__name__)
    if is_unavailable(error):
        watch.rest(error)
    with contextlib.suppress(Error):
        connection.close()
    return True
