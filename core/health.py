"""Whether this process can do its work: the database answers, its tables are up to date, work after commit is done.

Redis and the workers only make things faster: their absence is told, and changes nothing of the verdict.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import redis
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.migrations.executor import MigrationExecutor

from core import relay, replica, watchdog

_migrated = False


@dataclass(frozen=True, slots=True)
class Readiness:
    """`ready` and, by name, what each check saw (`ok`, `down`, `behind`, `late`, `unseen`, `foreign`; seconds for the lag)."""

    ready: bool
    checks: dict[str, Any]


def readiness() -> Readiness:
    """Runs every check; never raises."""
    checks: dict[str, Any] = {"database": _guarded(_database)}
    fine = checks["database"] == "ok"
    if fine:
        checks["migrations"] = _guarded(_migrations)
        checks |= _work()
        if replica.is_configured():
            # Pages are read from the primary meanwhile: told, and no part of the verdict.
            checks["replica"] = replica.watch.state().value
        fine = checks["migrations"] == "ok" and checks["relay"] == "ok"
    checks["redis"] = _redis()
    return Readiness(fine, checks)


def _guarded(check: Callable[[], str]) -> str:
    try:
        return check()
    except Error:
        return "down"


def _database() -> str:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    """Once seen complete they stay so for this process: a release that adds some starts new ones."""
    global _migrated  # noqa: PLW0603
    if not _migrated:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "ok" if _migrated else "behind"


def _work() -> dict[str, str | int]:
    """Whether due rows are done in time, by how much the oldest is late, and whether a worker took a canary lately: the
    relay does the work without.
    """
    try:
        pulse = relay.pulse()
    except Error:
        return {"relay": "down", "worker": "down"}
    seen_ago = pulse.worker_seen_ago
    worker = "unseen" if seen_ago is None else "ok" if seen_ago <= watchdog.CANARY_UNSEEN else "late"
    relayed = "ok" if pulse.lag <= settings.RELAY_LAG_LIMIT else "late"
    return {"relay": relayed, "worker": worker, "lag_seconds": int(pulse.lag.total_seconds())}


def _redis() -> str:
    try:
        client = redis.from_url(settings.REDIS_URL, socket_timeout=0.3, socket_connect_timeout=0.3)
        try:
            client.ping()
        finally:
            client.close()
    except (redis.RedisError, OSError, ValueError):
        return "down"
    return "ok"
