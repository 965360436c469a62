"""Planning the reminders of a visit, in the transaction that books, moves or brings it back; and the practice's plans.

A move or a cancellation calls back the reminders that wait, as every message about an older revision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from booking.enums import Status
from booking.messages_reminder import REMINDER
from booking.models import Appointment, ReminderPlan
from booking.reminders import Due, plan_of, reminders, rows_of
from booking.selectors.reach import Reach, is_deceased, reach_of
from booking.selectors.reminder_plans import Terms, terms_for
from core import clock
from notifications.services import notify_many
from practitioners.enums import Discretion


def plan_reminders(visit: Appointment, *, told_at: datetime | None = None) -> None:
    """Write the reminders of a visit that is not told of otherwise (an import). Again, it changes nothing."""
    notify_many(reminders_of(visit, reach_of([visit])[visit.pk], told_at=told_at))


def reminders_of(
    visit: Appointment, reach: Reach, *, told_at: datetime | None = None, terms: Terms | None = None
) -> list[dict[str, Any]]:
    """The reminders of a visit as arguments of `notify`; none unless it is booked and to come.

    `told_at`: when its confirmation goes, by default now. `terms`: if read already. Whether a person wants them is
    read at sending.
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
    place = visit.agenda.location.timezone

    def dues(zone: str) -> list[Due]:
        return reminders(terms.plan, booked_at=max(told_at or now, now), start=visit.start_at, zone=ZoneInfo(zone))

    return [
        {**about, **whose, "occasion": due.code, "due_at": due.due_at, "expires_at": due.expires_at}
        for zone, channel, whose in _recipients(reach, terms.zones, place)
        for due in dues(zone)
        if due.channel == channel
    ]


def _recipients(reach: Reach, zones: Mapping[int, str], place: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(zone, channel, recipient) one after the other."""
    for user in reach.users:
        for channel in ("email", "sms"):
            yield zones.get(user, place), channel, {"channel": channel, "user_id": user}
    if not reach.users:
        for channel, address in (("email", reach.email), ("sms", reach.phone)):
            if address:
                yield place, channel, {"channel": channel, "address": address}


@transaction.atomic
def set_plan(
    practice: int, steps: Sequence[Mapping[str, Any]], *, agenda: int | None = None, visit_reason: int | None = None
) -> ReminderPlan:
    """Keep the plan of a practice, of one of its agendas or reasons, or of both; visits already booked keep theirs.

    The caller has checked that the actor runs them. Raises ValueError as `booking.reminders.plan_of`.
    """
    stored = rows_of(plan_of(steps))
    level: dict[str, Any] = {"practice_id": practice, "agenda_id": agenda, "visit_reason_id": visit_reason}
    plan, _new = ReminderPlan.objects.update_or_create(**level, defaults={"steps": stored})
    return plan
