"""The lock under which whatever hangs on one person changes: their file at a practice, their limits, their visits."""

from django.db import connection

LOCK_TIMEOUT = "2s"
# Class of the key of `pg_advisory_xact_lock`; class 1 belongs to performers, which are always locked before.
_PATIENT = 2


def lock_patients(*ids: int) -> None:
    """Waits for these people until the transaction ends, in id order, so that limits per patient hold under a race.

    Raises `OperationalError` 55P03 after two seconds, which is answered as `busy` (503).
    """
    keys = [(_PATIENT << 56) | pk for pk in sorted(set(ids))]
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', %s, true))"
            " SELECT pg_advisory_xact_lock(key) FROM patience, unnest(%s::bigint[]) AS key",
            [LOCK_TIMEOUT, keys],
        )
