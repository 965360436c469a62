"""Rate limits as token buckets in PostgreSQL: they hold when Redis is gone, and across every process."""

import hashlib
import math
from datetime import timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core import clock
from core.exceptions import DomainError
from core.models import TokenBucket

# One statement: the row lock of the upsert makes two spenders take two different tokens. When the bucket is too low the
# update does not happen and the second row tells what is left, from the statement's snapshot.
_GAINED = "GREATEST(0, EXTRACT(EPOCH FROM %(now)s - bucket.updated_at)) * %(rate)s"
_SPEND = f"""
WITH spent AS (
    INSERT INTO core_tokenbucket AS bucket (id, tokens, updated_at)
    VALUES (%(id)s, %(limit)s - %(cost)s, %(now)s)
    ON CONFLICT (id) DO UPDATE
    SET tokens = LEAST(%(limit)s, bucket.tokens + {_GAINED}) - %(cost)s,
        updated_at = GREATEST(%(now)s, bucket.updated_at)
    WHERE LEAST(%(limit)s, bucket.tokens + {_GAINED}) >= %(cost)s
    RETURNING tokens
)
SELECT TRUE, tokens FROM spent
UNION ALL
SELECT FALSE, LEAST(%(limit)s, bucket.tokens + {_GAINED}) FROM core_tokenbucket AS bucket
WHERE bucket.id = %(id)s AND NOT EXISTS (SELECT FROM spent)
"""  # noqa: S608  (no value is put in: only a piece of the same statement)


def spend(bucket: str, key: str, *, limit: int, per: timedelta, cost: int = 1) -> None:
    """Takes `cost` tokens out of the bucket that (bucket, key) names; it holds `limit` and refills evenly over `per`.

    Raises DomainError `too_many_requests` (429, with seconds to wait) when it is too low. Call it before the transaction
    of the work it protects: a rollback would give the token back.
    """
    rate = limit / per.total_seconds()
    with connection.cursor() as cursor:
        cursor.execute(
            _SPEND,
            {"id": _id_of(bucket, key), "limit": float(limit), "cost": cost, "rate": rate, "now": clock.now()},
        )
        row = cursor.fetchone()
    granted, left = row if row is not None else (False, 0.0)
    if not granted:
        raise DomainError(
            "too_many_requests",
            _("Trop de demandes en peu de temps. Réessayez un peu plus tard."),
            status=429,
            retry_after=max(1, math.ceil((cost - left) / rate)),
        )


def forget_idle_buckets(older_than: timedelta = timedelta(days=2)) -> int:
    """Deletes buckets nobody touched for that long: no limit lasts longer than a day, so they are full again."""
    return TokenBucket.objects.filter(updated_at__lt=clock.now() - older_than).delete()[0]


def _id_of(bucket: str, key: str) -> str:
    return hashlib.sha256(f"{bucket}\0{key}".encode()).hexdigest()
