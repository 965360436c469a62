"""What the desk may say of a visit after what was said before: the table of statuses. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from booking.enums import Status
from core import clock
from core.exceptions import DomainError

# From a status to those that may follow. A cancelled visit is brought back by `restore_appointment`, never from here;
# somebody who arrived did come, so that the absence of an arrival noted by mistake begins by taking the arrival back.
NEXT: dict[str, tuple[Status, ...]] = {
    Status.BOOKED: (Status.ARRIVED, Status.SEEN, Status.NO_SHOW, Status.EXCUSED),
    Status.ARRIVED: (Status.SEEN, Status.BOOKED, Status.EXCUSED),
    Status.SEEN: (Status.ARRIVED, Status.BOOKED, Status.NO_SHOW, Status.EXCUSED),
    Status.NO_SHOW: (Status.BOOKED, Status.ARRIVED, Status.SEEN, Status.EXCUSED),
    Status.EXCUSED: (Status.BOOKED, Status.NO_SHOW),
}
# What a day may be closed with.
OUTCOMES = (Status.SEEN, Status.NO_SHOW, Status.EXCUSED)
MESSAGES = {
    "status_not_possible": _("Ce rendez-vous ne peut pas passer de cet état à celui-là."),
    "status_too_early": _("Ce rendez-vous n’a pas encore eu lieu."),
    "status_too_late": _("Une arrivée se note le jour du rendez-vous."),
    "minutes_out_of_range": _("Bloquez de cinq minutes à quatre heures."),
}
CODES_409 = {"status_not_possible"}


class StatusRefused(DomainError):
    """A status that cannot be noted; `details` hold the present one."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, MESSAGES[code], status=409 if code in CODES_409 else 422, **details)


def check_status(before: str, after: str, start: datetime, zone: ZoneInfo, now: datetime) -> None:
    """Refuse a status that does not follow, or not at this hour.

    An arrival is noted on the day itself, an absence once the hour has come, the others from that day on. Raises
    `status_not_possible`, `status_too_early`, `status_too_late`.
    """
    if after not in NEXT.get(before, ()):
        raise StatusRefused("status_not_possible", present=before)
    if after == Status.BOOKED:
        return
    today, day = clock.local_date(now, zone), clock.local_date(start, zone)
    if day > today or (after == Status.NO_SHOW and start > now):
        raise StatusRefused("status_too_early", present=before)
    if after == Status.ARRIVED and day < today:
        raise StatusRefused("status_too_late", present=before)


def statuses_now(before: str, start: datetime, zone: ZoneInfo, now: datetime) -> list[Status]:
    """The statuses that may be noted at this instant, the most likely first."""
    found = []
    for status in NEXT.get(before, ()):
        try:
            check_status(before, status, start, zone, now)
        except StatusRefused:
            continue
        found.append(status)
    return found
