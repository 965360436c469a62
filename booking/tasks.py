"""Jobs of booking: a few lines each, ids only."""

from booking.search.refresh import CHUNK, refresh_listings, stale_practitioners
from booking.services.holds import forget_expired_holds
from booking.services.personal import forget_answers
from core import clock
from core.jobs import enqueue, handler

STALE = "booking.refresh_stale_listings"


@handler("booking.refresh_listings")
def refresh_practitioner(*, practitioner_id: int) -> None:
    """Write the directory rows of one practitioner again."""
    refresh_listings([practitioner_id])


@handler(STALE)
def refresh_stale_listings() -> None:
    """Write again the rows that time alone has made wrong, a chunk at a time; a well filled chunk calls for another job."""
    stale = stale_practitioners(clock.now())
    refresh_listings(stale)
    if len(stale) > CHUNK // 2:
        enqueue(STALE, unique=STALE)


@handler("booking.forget_answers")
def forget_answers_of_ended_visits() -> None:
    """Questions are asked to book well, not to be kept."""
    forget_answers()


@handler("booking.forget_expired_holds")
def forget_holds() -> None:
    """An agenda nobody books at would keep its abandoned holds for ever."""
    forget_expired_holds()
