"""Advisory locks of the writing verbs: performers first, in id order, then patients, in id order.

The exclusion constraint alone never double-books, but rivals that wait on each other's index entries end in a
storm of deadlocks; one lock per performer, taken first, removes it (ADR 0004). The fixed order of classes and ids
makes a cycle impossible.
"""

from collections.abc import Iterable

from django.db import connection

from patients.services.locks import lock_patients

__all__ = ["lock_patients", "lock_performers"]

LOCK_TIMEOUT = "2s"
_PERFORMER = 1


def _lock(kind: int, ids: Iterable[int]) -> None:
    keys = [(kind << 56) | pk for pk in sorted(set(ids))]
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', %s, true))"
            " SELECT pg_advisory_xact_lock(key) FROM patience, unnest(%s::bigint[]) AS key",
            [LOCK_TIMEOUT, keys],
        )


def lock_performers(*ids: int) -> None:
    """Wait for the agenda time of these practitioners until the transaction ends.

    Raises `OperationalError` 55P03 after two seconds, which the public verbs turn into `agenda_busy`.
    """
    _lock(_PERFORMER, ids)
