"""Jobs and periodic work of booking: a few lines each, ids only."""

from celery import shared_task

from booking.search.refresh import refresh_listings, stale_practitioners
from core import clock
from core.jobs import enqueue, handler


@handler("booking.refresh_listings")
def refresh_practitioner(*, practitioner_id: int) -> None:
    """Write the directory rows of one practitioner again."""
    refresh_listings([practitioner_id])


@shared_task(name="booking.refresh_stale_listings")
def refresh_stale_listings() -> int:
    """Queue the practitioners whose next start time alone has changed. Harmless twice: jobs are unique per person."""
    stale = stale_practitioners(clock.now())
    for practitioner in sorted(stale):
        enqueue("booking.refresh_listings", unique=f"listings:{practitioner}", practitioner_id=practitioner)
    return len(stale)
