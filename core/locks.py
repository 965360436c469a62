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
    keys = sorted({(kind << 56) | pk for kind, ids in locks for pk in ids})
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', %s, true))"
            " SELECT pg_advisory_xact_lock(key) FROM patience, unnest(%s::bigint[]) AS key",
            [LOCK_TIMEOUT, keys],
        )
