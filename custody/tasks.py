"""Jobs of custody: a few lines each, ids only."""

from datetime import timedelta

from core.access import system_actor
from core.jobs import handler
from custody.retention import purgeable
from custody.services import archives


# A record may hold two gigabytes, and a storage be far away.
@handler(archives.BUILD, lasts=timedelta(minutes=45))
def build_archive(*, archive: int) -> None:
    """Writes the copy that somebody asked for."""
    archives.build_archive(actor=system_actor("custody.archives"), archive=archive)


@handler("custody.purge_expired")
def purge_expired() -> None:
    """Erases whatever the table of retention says is over."""
    for _kept, purge in purgeable():
        purge.run(system_actor("custody.purge"))
