"""Telling a change of the practice later, once: what is said follows from what the patient knows and what holds at last.

Each message that waits keeps, sealed, the state known before it. The next change takes that over, so that several
changes give one message with the final time, going back gives none, and a confirmation not sent yet is still sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from booking.enums import OPEN, ChangeKind, Status, TaskKind
from booking.models import Appointment, AppointmentChange, Task
from booking.selectors.reach import must_be_called, reach_of
from booking.services import _history, _news
from booking.services.reminders import reminders_of
from core.access import Actor
from notifications.enums import MessageState
from notifications.models import Message
from notifications.services import cancel_pending, notify_many

# What a visit is to somebody: `state_of` it, or None for who has never heard of it.
Known = dict[str, Any] | None
# Kinds of messages: of a visit new to the reader, of another time, of a cancellation.
TO_PATIENT = (_news.BOOKED, _news.MOVED, _news.CANCELLED)
TO_PRACTICE = (_news.NEW_AT_PRACTICE, _news.MOVED_AT_PRACTICE, _news.CANCELLED_AT_PRACTICE)
# The kind of message for each change.
_STEPS = {ChangeKind.RESTORED: 0, ChangeKind.MOVED: 1, ChangeKind.CANCELLED: 2}
_CHANGES = (ChangeKind.MOVED, ChangeKind.STRETCHED, ChangeKind.CANCELLED, ChangeKind.RESTORED)


def tell_change(actor: Actor, visit: Appointment, kind: ChangeKind, before: dict[str, Any], *, now: datetime) -> None:
    """Note a change made by a public verb and tell it: the patient's own at once, the practice's when it may be told."""
    due_at = _history.when_told(actor, now, datetime.fromisoformat(before["start"]), visit.start_at)
    _history.note(actor, visit, kind, before=before, tell_at=due_at)
    if due_at is not None:
        settle(actor, visit, before, due_at=due_at)
        return
    step = _STEPS[kind]
    _news.tell(actor, visit, to_patient=TO_PATIENT[step], to_practice=TO_PRACTICE[step])


def settle(actor: Actor, visit: Appointment, before: Known, *, due_at: datetime, call: bool = True) -> None:
    """Queue what the patient and the team do not know of this change, due at that time; what waited is called back.

    `before` is the state before the change, None for a new visit. The visit has its new revision. A patient whom no
    message reaches gets a call to make (`Task`), taken away again when there is nothing left to say; without `call`
    nobody has to be called.
    """
    subject = _news.subject_of(visit)
    # Rows that a worker is sending at this instant are skipped: their reader will have known.
    waiting = list(
        Message.objects.select_for_update(skip_locked=True).filter(subject=subject, state=MessageState.PENDING)
    )
    cancel_pending(subject)
    reach = reach_of([visit])[visit.pk]
    about = {"subject": subject, "revision": visit.revision}
    news: list[dict[str, Any]] = []
    for kinds, recipients in (
        (TO_PATIENT, _news.to_people(visit, reach, due_at=due_at)),
        (TO_PRACTICE, _news.to_team(actor, visit, due_at=due_at)),
    ):
        known = _known(waiting, kinds, before)
        kind = _kind(kinds, known, visit)
        if kind is not None:
            news += [{**about, **one, "kind": kind, "sealed": {"known": known}} for one in recipients]
    notify_many([*news, *reminders_of(visit, reach, told_at=due_at)])
    if call and before is not None:
        _note_call(actor, visit, before, needed=must_be_called(visit, reach))


def _known(waiting: Sequence[Message], kinds: Sequence[str], before: Known) -> Known:
    """What the readers knew before the messages that still waited."""
    unsent = next((message for message in waiting if message.kind in kinds), None)
    if unsent is None:
        return before
    kept = unsent.secrets
    if "known" in kept:
        return kept["known"]
    # Written by a verb of the patient's side, a moment ago: another time than any.
    return None if unsent.kind == kinds[0] else {"status": Status.BOOKED, "start": ""}


def _kind(kinds: Sequence[str], known: Known, visit: Appointment) -> str | None:
    """The kind of message that leads from what is known to what holds now; None when nothing is to be said."""
    booked, moved, cancelled = kinds
    knew_of_it = known is not None and known["status"] in OPEN
    if not visit.is_open:
        return cancelled if knew_of_it and visit.is_cancelled else None
    if not knew_of_it:
        return booked
    return None if _same_time(known, visit) else moved


def _same_time(known: Known, visit: Appointment) -> bool:
    now = {"start": visit.start_at.isoformat(), "end": visit.end_at.isoformat(), "agenda": visit.agenda_id}
    return known is not None and all(known.get(name) == value for name, value in now.items())


def _note_call(actor: Actor, visit: Appointment, before: dict[str, Any], *, needed: bool) -> None:
    """One call to make while the patient does not know; none once there is nothing to say."""
    calls = Task.objects.filter(appointment=visit, kind=TaskKind.TELL)
    known = _known_by_call(visit, before) if calls.filter(done_at__isnull=True).exists() else before
    if not needed or _kind(TO_PATIENT, known, visit) is None:
        calls.filter(done_at__isnull=True).delete()
        return
    # Without a field of its own, as several writers may add it: the constraint keeps one.
    Task.objects.bulk_create(
        [
            Task(
                practice_id=visit.practice_id,
                kind=TaskKind.TELL,
                record_id=visit.record_id,
                appointment=visit,
                created_by_id=actor.user_id,
            )
        ],
        ignore_conflicts=True,
    )


def _known_by_call(visit: Appointment, before: dict[str, Any]) -> dict[str, Any]:
    """What a patient who is only ever called knows: the state before the first change since the last call made."""
    last = (
        Task.objects.filter(appointment=visit, kind=TaskKind.TELL, done_at__isnull=False)
        .order_by("-done_at")
        .values_list("done_at", flat=True)
        .first()
    )
    changes = AppointmentChange.objects.filter(appointment=visit, kind__in=_CHANGES, by_practice=True)
    if last is not None:
        changes = changes.filter(at__gt=last)
    first = changes.order_by("pk").values_list("before", flat=True).first()
    return first or before
