"""Which visits a number may answer for by SMS: those to come that an SMS to this very number told of, if it is still hers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth import get_user_model

from booking.enums import OPEN
from booking.models import Appointment, GroupedReminder, LateNoticeLine
from booking.selectors.reach import reach_of
from core import clock
from notifications.enums import ChannelName, MessageState
from notifications.models import Message

# An SMS older than this is not what somebody answers to.
TOLD_WITHIN = timedelta(days=40)
MESSAGES_AT_MOST = 100
READ = (
    "performer",
    "agenda__location__place",
    "agenda__practice",
    "record__patient",
    "record__practice",
    "visit_reason",
)


@dataclass(frozen=True, slots=True)
class Told:
    """`visits` are to come, by time; `latest` is that of the newest SMS. `is_known`: an SMS about a visit went there."""

    visits: Sequence[Appointment] = ()
    latest: Appointment | None = None
    language: str = "fr"
    is_known: bool = False


def told_by_sms(number: str, sender: str) -> Told:
    """What was told to this number (`sender` is its digest) and may be answered from it. A fixed number of statements."""
    rows = list(
        Message.objects.filter(
            recipient=sender,
            channel=ChannelName.SMS,
            state=MessageState.SENT,
            finished_at__gt=clock.now() - TOLD_WITHIN,
        ).order_by("-finished_at", "-pk")[:MESSAGES_AT_MOST]
    )
    order = _visit_ids(rows)
    if not order:
        return Told()
    found = Appointment.objects.filter(pk__in=order, status__in=OPEN, start_at__gt=clock.now()).select_related(*READ)
    visits = _of_the_number(number, list(found.order_by("start_at", "pk")))
    latest = min(visits, key=lambda visit: order.index(visit.pk), default=None)
    return Told(visits, latest, language=rows[0].language, is_known=True)


def _visit_ids(rows: Sequence[Message]) -> list[int]:
    """The visits these messages spoke of, those of the newest first."""
    delayed = _delayed([row for row in rows if row.subject.startswith("late:")])
    together = dict(
        GroupedReminder.objects.filter(message__in=[row.pk for row in rows]).values_list("message_id", "visits")
    )
    found: list[int] = []
    for row in rows:
        if row.subject.startswith("appointment:"):
            found.append(row.subject_id)
        found += delayed.get(row.pk, [])
        found += [int(one.partition("@")[0]) for one in together.get(row.pk, [])]
    return list(dict.fromkeys(found))


def _delayed(rows: Sequence[Message]) -> dict[int, list[int]]:
    """The visits of which each of these messages told a delay, by time."""
    notices = {row.subject_id for row in rows}
    lines = LateNoticeLine.objects.filter(notice__in=notices).order_by("start_at", "pk") if notices else ()
    told = [(line.notice_id, line.readers, line.appointment_id) for line in lines]
    return {
        row.pk: [visit for notice, readers, visit in told if notice == row.subject_id and row.reader in readers]
        for row in rows
    }


def _of_the_number(number: str, visits: Sequence[Appointment]) -> list[Appointment]:
    """Those whose messages would still go to this number today: it may have been somebody else's."""
    reach = reach_of(visits)
    users = {user for one in reach.values() for user in one.users}
    owners = set(
        get_user_model()
        .objects.filter(pk__in=users, phone=number, phone_verified_at__isnull=False, is_active=True)
        .values_list("pk", flat=True)
    )
    return [
        visit
        for visit in visits
        if (set(reach[visit.pk].users) & owners if reach[visit.pk].users else reach[visit.pk].phone == number)
    ]
