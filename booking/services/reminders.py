"""Planning the reminders of a visit, in the transaction that books, moves or brings it back.

A move or a cancellation calls back the reminders that wait, as every message about an older revision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from booking.enums import Status
from booking.messages_reminder import REMINDER
from booking.models import Appointment
from booking.reminders import Due, reminders
from booking.selectors.reach import Reach, is_deceased, reach_of
from booking.selectors.reminder_plans import Terms, terms_for
from core import clock
from notifications.services import notify_many
from practitioners.enums import Discretion


def plan_reminders(visit: Appointment, *, told_at: datetime | None = None) -> None:
    """Write the reminders of a visit that is not told of otherwise (an import). Again, it changes nothing."""
    notify_many(reminders_of(visit, reach_of([visit])[visit.pk], told_at=told_at))


def reminders_of(
    visit: Appointment,
    reach: Reach,
    *,
    told_at: datetime | None = None,
    terms: Terms | None = None,
    booked_at: datetime | None = None,
) -> list[dict[str, Any]]:
    """The reminders of a visit as arguments of `notify`; none unless it is booked and to come.

    `told_at`: when its confirmation goes, by default now. `terms`: if read already. `booked_at`: planning again a visit
    booked then, whose first reminders may be past. Whether a person wants them is read at sending.
    """
    now = clock.now()
    if visit.status != Status.BOOKED or visit.start_at <= now or is_deceased(visit) or reach.is_empty:
        return []
    if visit.visit_reason.discretion == Discretion.NOT_NOTIFIED:
        return []
    terms = terms or terms_for(visit, reach.users)
    if not terms.plan:
        return []
    about = {"subject": f"appointment:{visit.pk}", "revision": visit.revision, "kind": REMINDER}
    place, spread = visit.agenda.location.timezone, spread_of(visit.record_id)
    since = booked_at or max(told_at or now, now)

    def dues(zone: str) -> list[Due]:
        return reminders(terms.plan, booked_at=since, start=visit.start_at, zone=ZoneInfo(zone), spread=spread)

    return [
        {**about, **whose, "occasion": due.code, "due_at": due.due_at, "expires_at": due.expires_at}
        for zone, channel, whose in _recipients(reach, terms.zones, place)
        for due in dues(zone)
        if due.channel == channel
    ]


def spread_of(record_id: int | None) -> float:
    """Where somebody stands in a span of time shared by many (0 to 1, excluded): the same for all visits of one file."""
    return int.from_bytes(blake2b(str(record_id).encode(), digest_size=4).digest()) / 2**32


def _recipients(reach: Reach, zones: Mapping[int, str], place: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(zone, channel, recipient) one after the other."""
    for user in reach.users:
        for channel in ("email", "sms"):
            yield zones.get(user, place), channel, {"channel": channel, "user_id": user}
    if not reach.users:
        for channel, address in (("email", reach.email), ("sms", reach.phone)):
            if address:
                yield place, channel, {"channel": channel, "address": address}
