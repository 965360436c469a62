"""Time that is free again: whoever waits for it is looked for after the commit. Called by each act that frees any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from booking.selectors.open_time import open_time, without
from booking.selectors.waitlist_line import is_awaited
from booking.selectors.waitlist_people import Span
from core import clock
from core.jobs import enqueue
from practitioners.models import Agenda

JOB = "booking.offer_freed"
CHECK = "booking.check_waitlist_offers"
# So many new stretches of time are looked at; a window opened for good begins with the next months.
STRETCHES_AT_MOST = 200


def free_again(performer: int, spans: Sequence[Span], *, due_at: datetime | None = None) -> None:
    """Have these times of a practitioner offered to those in line, if anybody is; what is over is left out."""
    now = clock.now()
    coming = sorted({(start, end) for start, end in spans if end > now})
    if coming and is_awaited(performer):
        instants = [clock.epoch_of(instant) for span in coming for instant in span]
        enqueue(JOB, due_at=due_at, performer_id=performer, instants=instants)


@contextmanager
def opening_time(agenda: Agenda) -> Iterator[None]:
    """Around a change of the hours or absences of an agenda: what it opens goes to whoever waits for it."""
    if not is_awaited(agenda.practitioner_id):
        yield
        return
    before = open_time(agenda)
    yield
    opened = without(open_time(agenda), before)[:STRETCHES_AT_MOST]
    free_again(agenda.practitioner_id, [(clock.instant(start), clock.instant(end)) for start, end in opened])
    # What it closes may be a time kept for somebody.
    look_at_offers(agenda.practitioner_id)


def look_at_offers(performer: int) -> None:
    """Have the times kept for people in line looked at again: one that cannot be had any more is taken back."""
    enqueue(CHECK, unique=f"{CHECK}:{performer}", performer_id=performer)
