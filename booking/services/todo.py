"""The practice's to-do list: adding, changing, ticking and taking a tick back; and the calls that other acts ask for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from booking.enums import TaskKind
from booking.models import Appointment, Task
from booking.selectors.todo import CALLS, colleagues, practice_of
from core import audit, clock, idempotency
from core.access import Actor, get_or_404
from core.exceptions import DomainError
from patients.models import PatientRecord

ABOUT_AT_MOST = 1_000


class TaskRefused(DomainError):
    """A task that cannot be written: `task_kind`, `task_empty`, `task_too_long`, `task_assignee`."""

    def __init__(self, code: str) -> None:
        super().__init__(code, MESSAGES[code])


MESSAGES = {
    "task_kind": _("Choisissez le genre de la tâche."),
    "task_empty": _("Dites ce qu’il y a à faire, ou pour quel patient."),
    "task_too_long": _("Ce texte est trop long : mille caractères au plus."),
    "task_assignee": _("Cette personne ne travaille pas dans votre cabinet."),
}


class TaskFields(TypedDict, total=False):
    """What is written of a task. `assignee` is the key of a member's account, `record` and `appointment` are uids."""

    kind: str
    about: str
    due_on: date | None
    assignee: int | None
    record: UUID | None
    appointment: UUID | None


def add_task(*, actor: Actor, fields: TaskFields, claim: idempotency.Claim | None = None) -> Task:
    """Put something on the practice's list.

    Raises NotForYou for a patient or a visit one may not know, and `TaskRefused`. The call list is written by the acts
    that move visits (`ask_for_calls`), never by hand.
    """
    practice = practice_of(actor)
    values = _checked(actor, fields)
    if not values.get("about") and "record" not in values and "appointment" not in values:
        raise TaskRefused("task_empty")
    with transaction.atomic(durable=True):
        done = idempotency.begin(actor, claim)
        if isinstance(done, Task):
            return done
        row = Task.objects.create(practice=practice, created_by_id=actor.user_id, **values)
        get_or_404(actor, Task, "work", pk=row.pk)  # who may not work on the list adds nothing to it
        _record(actor, "booking.add_task", row, kind=row.kind)
        idempotency.complete(actor, claim, row)
    return row


def change_task(*, actor: Actor, task: UUID, changes: TaskFields) -> Task:
    """Change the words, the date or the person of a task. Nothing is written when nothing differs. Raises as `add_task`."""
    found = get_or_404(actor, Task, "work", uid=task)
    values = _checked(actor, changes, known=found)
    with transaction.atomic(durable=True):
        row = Task.objects.select_for_update().get(pk=found.pk)
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        if changed:
            for name in changed:
                setattr(row, name, values[name])
            row.save(update_fields=changed)
            _record(actor, "booking.change_task", row, fields=sorted(changed))
    return row


def finish_task(*, actor: Actor, task: UUID) -> Task:
    """Tick a task, for a call: the patient is told. Ticking twice keeps the first tick."""
    return _tick(actor, task, done=True)


def reopen_task(*, actor: Actor, task: UUID) -> Task:
    """Take a tick back. A call whose visit has another open one stays done."""
    return _tick(actor, task, done=False)


def ask_for_calls(actor: Actor, visits: Iterable[Appointment]) -> None:
    """Put these visits on the call list, each once, in the transaction of the act that changed them.

    A visit already on it stays where it is: what is to be said is read from the visit when the call is made.
    """
    rows = list(visits)
    waiting = set(
        Task.objects.filter(appointment__in=rows, kind=TaskKind.TELL, done_at__isnull=True).values_list(
            "appointment_id", flat=True
        )
    )
    asked = [
        Task(
            practice_id=visit.practice_id,
            kind=TaskKind.TELL,
            appointment=visit,
            record_id=visit.record_id,
            created_by_id=actor.user_id,
        )
        for visit in {row.pk: row for row in rows}.values()
        if visit.pk not in waiting
    ]
    # A rival that asked for the same call meanwhile asked for what we want.
    Task.objects.bulk_create(asked, ignore_conflicts=True)


def answer_calls(actor: Actor, visit: Appointment) -> int:
    """Tick the open call of a visit: the person has just answered. Returns how many there were."""
    waiting = Task.objects.filter(appointment=visit, kind=TaskKind.TELL, done_at__isnull=True)
    return waiting.update(done_at=clock.now(), done_by_id=actor.user_id)


def _tick(actor: Actor, task: UUID, *, done: bool) -> Task:
    found = get_or_404(actor, Task, "work", uid=task)
    with transaction.atomic(durable=True):
        row = Task.objects.select_for_update().get(pk=found.pk)
        if (row.done_at is not None) == done or (not done and _is_asked_again(row)):
            return row
        row.done_at = clock.now() if done else None
        row.done_by_id = actor.user_id if done else None
        row.save(update_fields=["done_at", "done_by"])
        _record(actor, "booking.finish_task" if done else "booking.reopen_task", row, kind=row.kind)
    return row


def _is_asked_again(row: Task) -> bool:
    waiting = Task.objects.filter(appointment=row.appointment_id, kind=TaskKind.TELL, done_at__isnull=True)
    return row.kind == TaskKind.TELL and row.appointment_id is not None and waiting.exists()


def _checked(actor: Actor, fields: TaskFields, known: Task | None = None) -> dict[str, Any]:
    """The columns to write, each looked at as if it came from a stranger."""
    values: dict[str, Any] = {name: fields[name] for name in ("due_on",) if name in fields}
    if known is None or ("kind" in fields and known.kind not in CALLS):
        kind = fields.get("kind", "")
        if kind not in TaskKind.values or kind in CALLS:
            raise TaskRefused("task_kind")
        values["kind"] = TaskKind(kind)
    if "about" in fields:
        values["about"] = fields["about"].strip()
        if len(values["about"]) > ABOUT_AT_MOST:
            raise TaskRefused("task_too_long")
    if "assignee" in fields:
        values["assignee_id"] = _assignee(actor, fields["assignee"])
    if known is None and (appointment := fields.get("appointment")):
        visit = get_or_404(actor, Appointment, "read", uid=appointment)
        values |= {"appointment": visit, "record_id": visit.record_id}
    if known is None and (record := fields.get("record")):
        values["record"] = get_or_404(actor, PatientRecord, "work", uid=record)
    return values


def _assignee(actor: Actor, user_id: int | None) -> int | None:
    if user_id is not None and user_id not in {member.user_id for member in colleagues(actor)}:
        raise TaskRefused("task_assignee")
    return user_id


def _record(actor: Actor, action: str, row: Task, **facts: Any) -> None:
    patient_id = row.record.patient_id if row.record is not None else None
    audit.record(actor, action, row, patient_id=patient_id, practice_id=row.practice_id, **facts)
