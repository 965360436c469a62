"""How often one network address may read what is public and costly: the directory and the free slots.

Counted in the `hot` cache by whole minutes: a limit that costs no statement, and refuses nobody while Redis is away.
"""

from datetime import timedelta

from django.conf import settings
from django.core.cache import caches
from django.utils.translation import gettext_lazy as _

from core import clock
from core.exceptions import DomainError
from core.network import network_of

MINUTE = timedelta(minutes=1)


def count_read(address: str) -> None:
    """Count one reading. Raises DomainError `too_many_requests` (429) beyond the limit of the address or its network."""
    if not address:
        return
    now = int(clock.now().timestamp())
    minute, left = divmod(now, int(MINUTE.total_seconds()))
    for key, limit in (
        (address, settings.READS_PER_ADDRESS_AND_MINUTE),
        (network_of(address), settings.READS_PER_NETWORK_AND_MINUTE),
    ):
        if _counted(f"reads:{minute}:{key}") > limit:
            raise DomainError(
                "too_many_requests",
                _("Trop de demandes en peu de temps. Réessayez un peu plus tard."),
                status=429,
                retry_after=int(MINUTE.total_seconds()) - left,
            )


def _counted(key: str) -> int:
    cache = caches["hot"]
    if cache.add(key, 1, 2 * MINUTE.total_seconds()):
        return 1
    try:
        return cache.incr(key)
    except ValueError:
        # It was forgotten between the two calls: the next minute has begun.
        return 1
