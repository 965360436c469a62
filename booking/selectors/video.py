"""When the link of a visit by video is shown: from ten minutes before the start to the end, and only then."""

from datetime import timedelta

from booking.models import Appointment
from core import clock
from practitioners.enums import Mode

SHOWN_BEFORE = timedelta(minutes=10)


def video_link_of(visit: Appointment) -> str | None:
    """The practitioner's own room, or None when it is not the moment, not by video, or there is no link any more."""
    if visit.mode != Mode.VIDEO or not visit.is_open:
        return None
    if not visit.start_at - SHOWN_BEFORE <= clock.now() < visit.end_at:
        return None
    return visit.agenda.video_link or None
