"""The practice's to-do list as its members see it: late ones first, and the calls with what is to be said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet
from django.utils.dateparse import parse_datetime

from booking.enums import ChangeKind, TaskKind
from booking.models import Appointment, AppointmentChange, Task
from core import clock
from core.access import Actor, get_or_404, scoped
from patients.models import PatientRecord
from practitioners.models import Membership, Practice
from practitioners.rules import NOTE_ROLES

PARIS = ZoneInfo("Europe/Paris")
# Calls have pages of their own, and are never written by hand.
CALLS = (TaskKind.TELL, TaskKind.UNREACHED)
# Changes of a time, of which somebody must be told.
TOLD_OF = (ChangeKind.MOVED, ChangeKind.STRETCHED, ChangeKind.CANCELLED)


@dataclass(frozen=True, slots=True)
class Call:
    """One person to call about one visit.

    `before` is the time she knows of, `after` the one the visit has now; None when it is cancelled, and equal to
    `before` when it has no other time yet (a closed day).
    """

    task: Task
    visit: Appointment
    record: PatientRecord | None
    before: datetime
    after: datetime | None
    zone: str

    @property
    def is_moved(self) -> bool:
        return self.after is not None and self.after != self.before


def tasks(actor: Actor) -> QuerySet[Task]:
    """Every task the actor may see, with what a line shows of it."""
    return scoped(actor, Task, "work").select_related(
        "record", "assignee__practitioner", "appointment__record", "appointment__agenda__location", "done_by"
    )


def open_tasks(actor: Actor, *, mine: bool = False) -> QuerySet[Task]:
    """What is to be done but for calls: by due date, those without one last, the oldest first."""
    found = tasks(actor).filter(done_at__isnull=True).exclude(kind__in=CALLS)
    if mine:
        found = found.filter(assignee_id=actor.user_id)
    return found.order_by(F("due_on").asc(nulls_last=True), "created_at", "pk")


def done_tasks(actor: Actor) -> QuerySet[Task]:
    """What was done, calls included, the latest first."""
    return tasks(actor).filter(done_at__isnull=False).order_by("-done_at", "-pk")


def task(actor: Actor, uid: UUID) -> Task:
    """One task. Raises NotForYou when it is not for the actor to know."""
    return get_or_404(actor, Task, "work", uid=uid)


def calls(actor: Actor, *, at_most: int = 200) -> list[Call]:
    """Whom to call, the oldest change first. Two statements."""
    waiting = list(
        tasks(actor)
        .filter(kind=TaskKind.TELL, done_at__isnull=True, appointment__isnull=False)
        .order_by("created_at", "pk")[:at_most]
    )
    known = _first_times(waiting)
    return [_call(one, known) for one in waiting]


def count_calls(actor: Actor) -> int:
    return (
        scoped(actor, Task, "work").filter(kind=TaskKind.TELL, done_at__isnull=True, appointment__isnull=False).count()
    )


def _first_times(waiting: Sequence[Task]) -> dict[int, datetime]:
    """By visit, the time it had before the first change that is still to be told."""
    since = {one.appointment_id: one.created_at for one in waiting}
    changes = (
        AppointmentChange.objects.filter(appointment__in=list(since), kind__in=TOLD_OF, undone_at__isnull=True)
        .order_by("pk")
        .values_list("appointment_id", "at", "before")
    )
    found: dict[int, datetime] = {}
    for visit_id, at, before in changes:
        start = parse_datetime(before.get("start", ""))
        # The task is written by the transaction of the change: what came a minute before it was told already.
        if start is not None and (since[visit_id] - at).total_seconds() < 60:
            found.setdefault(visit_id, start)
    return found


def _call(task: Task, known: dict[int, datetime]) -> Call:
    visit = task.appointment
    assert visit is not None  # noqa: S101  (the list holds no other)
    after = None if visit.is_cancelled else visit.start_at
    return Call(
        task=task,
        visit=visit,
        record=visit.record,
        before=known.get(visit.pk, visit.start_at),
        after=after,
        zone=visit.agenda.location.timezone,
    )


def is_late(task: Task, today: date) -> bool:
    return task.done_at is None and task.due_on is not None and task.due_on < today


def practice_today(tasks: Iterable[Task] = ()) -> date:
    """The date at which a due date is judged: due dates carry no place, so the metropolitan one."""
    return clock.today(PARIS)


def colleagues(actor: Actor) -> list[Membership]:
    """Live members who run agendas, to whom a task may be given; each person once, by name."""
    rows = (
        scoped(actor, Membership, "read")
        .active(clock.now())  # type: ignore[attr-defined]
        .filter(role__in=NOTE_ROLES)
        .select_related("user__practitioner")
        .order_by("user__display_name", "user__email", "pk")
    )
    seen: dict[int, Membership] = {}
    for row in rows:
        seen.setdefault(row.user_id, row)
    return list(seen.values())


def practice_of(actor: Actor) -> Practice:
    """The practice of the session. Raises NotForYou outside of one."""
    return get_or_404(actor, Practice, "work", pk=actor.practice_id)
