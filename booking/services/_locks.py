"""Advisory locks of the writing verbs: performers first, in id order, then patients, in id order.

The exclusion constraint alone never double-books, but rivals that wait on each other's index entries end in a
storm of deadlocks; one lock per performer, taken first, removes it (ADR 0004). The fixed order of classes and ids
makes a cycle impossible.
"""

from collections.abc import Iterable

from django.db import connection

LOCK_TIMEOUT = "2s"
_PERFORMER = 1
_PATIENT = 2


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


def lock_patients(*ids: int) -> None:
    """Serialise the bookings of these people, so that limits per patient hold under a race."""
    _lock(_PATIENT, ids)
