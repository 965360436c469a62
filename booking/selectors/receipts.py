"""What became of the messages to the patient about a visit, and the patients whom none reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import F, Q, QuerySet

from booking.enums import CANCELLED, OPEN, Status, TaskKind
from booking.models import Appointment, Task
from booking.receipt_words import KINDS, state_of_message
from booking.selectors.reach import is_deceased
from booking.selectors.todo import tasks
from core import clock
from core.access import Actor, may
from notifications.enums import ChannelName
from notifications.models import Message

TELLING = (ChannelName.EMAIL, ChannelName.SMS)
ARRIVED = ("sent", "delivered", "read")
SHOWN_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Unreached:
    """One person to call: the task to tick, the visit to tell of, the messages that failed, newest last."""

    task: Task
    visit: Appointment
    failed: Sequence[Message]
    zone: str


def receipts_of(actor: Actor, visit: Appointment) -> list[Message]:
    """The messages to the patient's side about a visit, the newest first; nothing for who may not read it. Two statements."""
    if not may(actor, "read", visit):
        return []
    rows = _about([visit.pk]).exclude(state="cancelled", last_error__in=("", "no_longer_valid", "replanned"))
    return [row for row in rows.order_by("-revision", "-due_at", "-pk") if state_of_message(row)]


def unreached_calls(actor: Actor) -> list[Unreached]:
    """Whom no message reached of their coming visit, soonest first; two statements. Who was called is not listed again."""
    rows = list(
        tasks(actor)
        .filter(kind=TaskKind.UNREACHED, done_at__isnull=True, appointment__start_at__gt=clock.now())
        .filter(appointment__revision=F("revision"))
        .order_by("appointment__start_at", "pk")[:SHOWN_AT_MOST]
    )
    messages = _by_visit(row.appointment_id or 0 for row in rows)
    return [
        Unreached(row, visit, _failed(visit, messages[visit.pk]), visit.agenda.location.timezone)
        for row in rows
        if (visit := row.appointment) is not None
    ]


def count_unreached(actor: Actor) -> int:
    """How many such people wait for a call."""
    rows = tasks(actor).filter(kind=TaskKind.UNREACHED, done_at__isnull=True, appointment__start_at__gt=clock.now())
    return rows.filter(appointment__revision=F("revision")).count()


def unreached_visits(visits: Iterable[int]) -> list[Appointment]:
    """Of these visits, those to come whose news at their present time reached nobody on the patient's side.

    A cancellation counts when the practice made it. Two statements.
    """
    coming = Appointment.objects.filter(
        pk__in=list(visits), start_at__gt=clock.now(), status__in=(*OPEN, *CANCELLED)
    ).exclude(status=Status.CANCELLED_BY_PATIENT)
    found = list(coming.select_related("record__patient", "agenda__location").order_by("pk"))
    messages = _by_visit(visit.pk for visit in found)
    return [visit for visit in found if not is_deceased(visit) and _is_unreached(visit, messages[visit.pk])]


def _is_unreached(visit: Appointment, messages: Sequence[Message]) -> bool:
    """Whether something failed, nothing arrived since, and nothing else of the same news is on its way or arrived."""
    mine = [row for row in messages if row.revision == visit.revision]
    for failed in _failed(visit, mine):
        others = [row for row in mine if row.pk != failed.pk]
        same = [row for row in others if row.kind == failed.kind and state_of_message(row) in (*ARRIVED, "waiting")]
        since = [row for row in others if state_of_message(row) in ARRIVED and _at(row) >= _at(failed)]
        if not same and not since:
            return True
    return False


def _failed(visit: Appointment, messages: Iterable[Message]) -> list[Message]:
    return [row for row in messages if row.revision == visit.revision and state_of_message(row) == "failed"]


def _at(message: Message) -> float:
    return (message.receipt_at or message.finished_at or message.due_at).timestamp()


def _by_visit(visits: Iterable[int]) -> dict[int, list[Message]]:
    found: dict[int, list[Message]] = defaultdict(list)
    wanted = [pk for pk in visits if pk]
    for row in _about(wanted).filter(channel__in=TELLING).order_by("pk") if wanted else ():
        found[row.subject_id].append(row)
    return found


def _about(visits: Iterable[int]) -> QuerySet[Message]:
    """To the patient's side about these visits: the key's index finds them by what they begin with."""
    # A message to the team names its practice.
    mine = reduce(or_, (Q(key__startswith=f"appointment:{pk}|") for pk in visits))
    return Message.objects.filter(mine, practice_id__isnull=True, kind__in=list(KINDS))
