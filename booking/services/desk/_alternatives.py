"""A refused time comes with the next three that are free, as the desk sees them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from booking.exceptions import Refusal
from booking.selectors.desk_slots import next_at_desk
from practitioners.models import AgendaReason

COUNT = 3


@contextmanager
def offered(offer: AgendaReason, start: datetime, length: timedelta | None = None) -> Iterator[None]:
    """Attach the free starts to `slot_taken`; read after the rollback."""
    try:
        yield
    except Refusal as refusal:
        if refusal.code == "slot_taken":
            refusal.offer_instead(next_at_desk([offer], count=COUNT, from_=start, length=length))
        raise
