"""Advisory locks that end with the transaction: always taken in the order of classes, then of ids, so never in a circle."""

from collections.abc import Iterable

from django.db import connection

LOCK_TIMEOUT = "2s"
# Classes of keys, in the order in which they are taken.
PERFORMER = 1
PATIENT = 2


def take(*locks: tuple[int, Iterable[int]]) -> None:
    """Wait for all these (class, ids) until the transaction ends, in one statement.

    Raises `OperationalError` 55P03 when one is not free within two seconds.
    """
    keys = _keys(locks)
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', %s, true))"
            " SELECT pg_advisory_xact_lock(key) FROM patience, unnest(%s::bigint[]) AS key",
            [LOCK_TIMEOUT, keys],
        )


def take_at_once(*locks: tuple[int, Iterable[int]]) -> bool:
    """The same, unless the first of them is somebody else's now: then nothing is taken and the answer is False.

    One statement. Whoever is refused may look whether waiting is still worth it.
    """
    keys = _keys(locks)
    if not keys:
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', %s, true)),"
            " first AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(%s) AS got FROM patience)"
            " SELECT got, CASE WHEN got THEN"
            " (SELECT count(pg_advisory_xact_lock(key)::text) FROM unnest(%s::bigint[]) AS key) END FROM first",
            [LOCK_TIMEOUT, keys[0], keys[1:]],
        )
        return bool(cursor.fetchone()[0])


def _keys(locks: Iterable[tuple[int, Iterable[int]]]) -> list[int]:
    return sorted({(kind << 56) | pk for kind, ids in locks for pk in ids})
