"""The calls of the morning: each hour of the day at the place, those whom no message reached are put on the list, once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from booking.enums import TaskKind
from booking.models import Appointment, Task
from booking.receipt_words import KINDS
from booking.selectors.receipts import unreached_visits
from core import audit, clock
from core.access import system_actor
from core.jobs import enqueue
from notifications.enums import ChannelName
from notifications.models import Message

JOB = "booking.list_unreached"
CHUNK = 200
# How far back a failure may be and still be news for the list: a week-end, and a day more.
BACK = timedelta(days=4)
# The list is ready when the desk opens, and follows the day.
FROM, UNTIL = 7, 20


def list_unreached(*, after: int = 0) -> int:
    """Put the next visits whose patient no message reached on the call list; returns how many are new.

    Done twice, it adds nothing: one task for a visit and a revision, ticked or not.
    """
    since = clock.now() - BACK
    recent = Q(finished_at__gt=since) | Q(receipt_at__gt=since)
    rows = (
        Message.objects.undelivered()
        .filter(recent, practice_id__isnull=True, kind__in=list(KINDS), subject__startswith="appointment:")
        .filter(channel__in=(ChannelName.EMAIL, ChannelName.SMS), pk__gt=after)
        .order_by("pk")[:CHUNK]
    )
    failed = list(rows)
    if len(failed) == CHUNK:
        enqueue(JOB, unique=f"{JOB}:{failed[-1].pk}", after=failed[-1].pk)
    visits = [visit for visit in unreached_visits({row.subject_id for row in failed}) if _is_day(visit)]
    new = _unlisted(visits)
    Task.objects.bulk_create([_task(visit) for visit in new], ignore_conflicts=True)
    for practice, count in Counter(visit.practice_id for visit in new).items():
        audit.record(system_actor("booking"), "booking.list_unreached", None, practice_id=practice, visits=count)
    return len(new)


def _is_day(visit: Appointment) -> bool:
    return FROM <= clock.now().astimezone(ZoneInfo(visit.agenda.location.timezone)).hour < UNTIL


def _unlisted(visits: list[Appointment]) -> list[Appointment]:
    listed = set(
        Task.objects.filter(kind=TaskKind.UNREACHED, appointment__in=visits).values_list("appointment_id", "revision")
    )
    return [visit for visit in visits if (visit.pk, visit.revision) not in listed]


def _task(visit: Appointment) -> Task:
    return Task(
        practice_id=visit.practice_id,
        kind=TaskKind.UNREACHED,
        record_id=visit.record_id,
        appointment=visit,
        revision=visit.revision,
    )
