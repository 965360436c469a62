"""« 25 minutes de retard »: told to the patients of the next hours, replaced by a new estimate, withdrawn when it is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy

from booking.enums import ChangeKind, TaskKind
from booking.messages_late import LATE, ON_TIME, late_subject
from booking.models import Appointment, LateNotice, LateNoticeLine, Task
from booking.phrases_late import late_call
from booking.selectors.desk_agenda import agenda_run
from booking.selectors.late import LateVisit, late_visits, notice_of_day, told_readers, window_end
from booking.selectors.reach import Reach, reach_of
from booking.services._history import note
from booking.services._locks import lock_performers
from booking.services._transaction import run_verb
from core import audit, clock, idempotency
from core.access import Actor
from core.exceptions import DomainError
from notifications.enums import ChannelName
from notifications.models import Message
from notifications.services import cancel_pending
from notifications.services.outbox import message_of, write

SHORTEST, LONGEST = 5, 120
MESSAGES = {
    "late_minutes": gettext_lazy("Un retard se dit de 5 à 120 minutes."),
    "late_window": gettext_lazy("Choisissez jusqu’à quand le retard vaut."),
    "late_nobody": gettext_lazy("Aucun patient n’est attendu d’ici là : personne n’est à prévenir."),
    "late_none": gettext_lazy("Aucun retard n’est annoncé."),
}


class LateRefused(DomainError):
    """A delay that cannot be told: `late_minutes`, `late_window`, `late_nobody`; `late_none` when there is none to end."""

    def __init__(self, code: str) -> None:
        super().__init__(code, MESSAGES[code], status=409 if code == "late_none" else 422)


def announce_delay(
    *, actor: Actor, agenda: UUID, minutes: int, window: str, claim: idempotency.Claim | None = None
) -> LateNotice:
    """Tell the patients of the next hours of an agenda, who have not arrived, that it runs late.

    What an earlier notice of the day has not sent yet is called back; a patient who heard of two is left alone; whom no
    message reaches is to be called. Nothing leaves once a visit's hour and the delay are past. Raises NotForYou;
    `late_minutes`, `late_window`, `late_nobody`.
    """
    if not SHORTEST <= minutes <= LONGEST:
        raise LateRefused("late_minutes")
    place = agenda_run(actor, agenda)
    try:
        window_end(window, place, clock.now())
    except ValueError as error:
        raise LateRefused("late_window") from error

    def work() -> LateNotice:
        done = idempotency.begin(actor, claim)
        if isinstance(done, LateNotice):
            return done
        # Everything that changes a visit of this agenda takes this lock: who is told is who is expected.
        lock_performers(place.practitioner_id)
        now = clock.now()
        _end_standing(actor, place, now)
        until = window_end(window, place, now)
        expected = late_visits(actor, place, until=until, now=now)
        if not expected:
            raise LateRefused("late_nobody")
        notice = LateNotice.objects.create(
            practice_id=place.practice_id,
            agenda=place,
            day=clock.local_date(now, ZoneInfo(place.location.timezone)),
            minutes=minutes,
            until=until,
            created_by_id=actor.user_id,
        )
        told = _tell(actor, notice, [one for one in expected if one.may_tell or one.to_call])
        audit.record(
            actor, "booking.announce_delay", notice, practice_id=place.practice_id,
            minutes=minutes, expected=len(expected), told=told,
        )  # fmt: skip
        idempotency.complete(actor, claim, notice)
        return notice

    return run_verb(work)


def withdraw_delay(*, actor: Actor, agenda: UUID) -> LateNotice:
    """« À l’heure »: what has not left is called back, who was told is told that the hour holds again, calls are dropped.

    Raises NotForYou, `late_none`.
    """
    place = agenda_run(actor, agenda)

    def work() -> LateNotice:
        lock_performers(place.practitioner_id)
        now = clock.now()
        notice = notice_of_day(place, now)
        if notice is None:
            raise LateRefused("late_none")
        lines = _end_standing(actor, place, now)
        waiting = Appointment.objects.filter(
            pk__in=[line.appointment_id for line in lines], start_at__gt=now, status="booked"
        ).select_related("record__patient", "visit_reason")
        by_visit = {visit.pk: visit for visit in waiting}
        reach = reach_of(list(by_visit.values()))
        hold = [line for line in lines if line.appointment_id in by_visit]
        hold = [line for line in hold if by_visit[line.appointment_id].start_at == line.start_at]
        write(_messages(ON_TIME, [(line, reach[line.appointment_id], line.start_at) for line in hold]))
        LateNoticeLine.objects.bulk_update(hold, ["readers"])
        audit.record(actor, "booking.withdraw_delay", notice, practice_id=place.practice_id, told=len(lines))
        return notice

    return run_verb(work)


def _tell(actor: Actor, notice: LateNotice, chosen: Sequence[LateVisit]) -> int:
    """Write the lines of a notice, their messages, calls and history; returns how many visits are told of by message."""
    delay = timedelta(minutes=notice.minutes)
    lines = [
        LateNoticeLine(notice=notice, appointment=one.visit, start_at=one.visit.start_at, to_call=one.to_call)
        for one in chosen
    ]
    by_message = [(line, one) for line, one in zip(lines, chosen, strict=True) if not one.to_call]
    news = _messages(LATE, [(line, one.reach, line.start_at + delay) for line, one in by_message])
    LateNoticeLine.objects.bulk_create(lines)
    write(news)
    Task.objects.bulk_create(
        [
            Task(
                practice_id=notice.practice_id,
                kind=TaskKind.TELL,
                appointment=one.visit,
                record_id=one.visit.record_id,
                created_by_id=actor.user_id,
                due_on=notice.day,
                about=late_call(one.visit.start_at, notice.minutes, notice.agenda.location.timezone),
            )
            for one in chosen
            if one.to_call
        ],
        ignore_conflicts=True,
    )
    for _line, one in by_message:
        note(actor, one.visit, ChangeKind.LATE, before={"minutes": notice.minutes})
    return len(by_message)


def _messages(kind: str, told: Sequence[tuple[LateNoticeLine, Reach, datetime]]) -> list[Message]:
    """One message a reader and channel for (line, who hears of it, when that is no news any more); not written.

    Each line learns who reads of it. Whoever has an account is its reader too for the files that hold its address.
    """
    accounts = _accounts({user for _line, reach, _end in told for user in reach.users})
    news: dict[str, Message] = {}
    for line, reach, end in told:
        line.readers = []
        for recipient in _recipients(reach, accounts):
            message = message_of(kind=kind, subject=late_subject(line.notice_id), expires_at=end, **recipient)
            message = news.setdefault(message.reader, message)
            message.expires_at = max(message.expires_at, end)
            line.readers.append(message.reader)
    return list(news.values())


def _recipients(reach: Reach, accounts: Mapping[tuple[str, str], int]) -> Iterator[dict[str, Any]]:
    for user in reach.users:
        for channel in (ChannelName.EMAIL, ChannelName.SMS, ChannelName.BELL):
            yield {"channel": channel, "user_id": user}
    if not reach.users:
        for channel, address in ((ChannelName.EMAIL, reach.email.casefold()), (ChannelName.SMS, reach.phone)):
            if owner := accounts.get((channel, address)):
                yield {"channel": channel, "user_id": owner}
            elif address:
                yield {"channel": channel, "address": address}


def _accounts(users: set[int]) -> dict[tuple[str, str], int]:
    """Whose account an address is, among these."""
    found: dict[tuple[str, str], int] = {}
    for user in get_user_model().objects.filter(pk__in=users).order_by("pk") if users else ():
        found.setdefault((ChannelName.EMAIL, user.email.casefold()), user.pk)
        if user.phone_verified_at and user.phone:
            found.setdefault((ChannelName.SMS, str(user.phone)), user.pk)
    return found


def _end_standing(actor: Actor, agenda: Any, now: Any) -> list[LateNoticeLine]:
    """End the notice that stands: call back what has not left, drop its calls. Returns the lines whose reader was told."""
    standing = notice_of_day(agenda, now)
    if standing is None:
        return []
    standing.ended_at = now
    standing.save(update_fields=["ended_at"])
    lines = list(standing.lines.all())
    cancel_pending(late_subject(standing.pk))
    left = told_readers(lines)
    unsent = [line.pk for line in lines if line.pk not in left and not line.to_call]
    LateNoticeLine.objects.filter(pk__in=unsent).update(withdrawn=True)
    calls = [line.appointment_id for line in lines if line.to_call]
    open_calls = Task.objects.filter(appointment__in=calls, kind=TaskKind.TELL, done_at__isnull=True)
    zone = agenda.location.timezone
    # The call about a change of the visit stays: only those this notice asked for are dropped.
    said = {late_call(line.start_at, standing.minutes, zone) for line in lines if line.to_call}
    dropped = [task.pk for task in open_calls if task.about in said]
    Task.objects.filter(pk__in=dropped).delete()
    return [line for line in lines if line.pk in left]
