"""A death: every message stops and the visits to come are freed, without telling anybody; and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery

from booking.enums import ChangeKind, Status, TaskKind
from booking.exceptions import Refusal
from booking.models import Appointment, AppointmentChange, Task
from booking.services import _news, _write
from booking.services._history import note, state_of
from booking.services._locks import lock_performers
from booking.services._transaction import run_verb
from booking.services._untold import settle
from booking.services.desk.undoing import bring_back
from core import audit, clock
from core.access import Actor, get_or_404, scoped
from notifications.enums import MessageState
from notifications.models import Message
from notifications.services import cancel_pending
from patients.exceptions import PatientRefusal
from patients.messages import file_link_subject, record_subject
from patients.models import PatientRecord
from patients.services.files import locked_record
from practitioners.selectors.team import zone_of_team

REASON = "deceased"


def record_death(*, actor: Actor, record: UUID, died_on: date) -> int:
    """Note the death in the practice's file; returns how many visits to come were freed.

    The person's own account and the files of other practices are untouched. Nobody is told: neither relatives nor the
    team. Raises `death_date` for a day to come or before the birth, NotForYou.
    """
    found = get_or_404(actor, PatientRecord, "keep", uid=record)
    today = clock.today(zone_of_team(found.practice_id))
    if died_on > today or (found.birth_date is not None and died_on < found.birth_date):
        raise PatientRefusal("death_date")

    def work() -> int:
        now = clock.now()
        coming = Appointment.objects.filter(record=found.pk).upcoming(now)
        lock_performers(*coming.values_list("performer_id", flat=True))
        file = locked_record(actor, record)
        file.deceased_on = died_on
        file.save(update_fields=["deceased_on"])
        for subject in (record_subject(file.pk), file_link_subject(file.pk)):
            cancel_pending(subject)
        freed = [_free(actor, visit, batch=batch) for batch in (uuid4(),) for visit in coming.select_for_update()]
        audit.record(
            actor, "patients.record_death", file, patient_id=file.patient_id, practice_id=file.practice_id,
            freed=len(freed),
        )  # fmt: skip
        _news.refresh_listings(*{visit.performer_id for visit in freed})
        return len(freed)

    return run_verb(work)


@dataclass(frozen=True)
class Revived:
    """What came of a death taken back: visits that stand again, those that could not, and how many the actor may not see."""

    record: PatientRecord
    restored: list[Appointment]
    left: list[Appointment]
    unseen: int


def undo_death(*, actor: Actor, record: UUID) -> Revived:
    """Take the death back: a right of practitioners and owners. The visits that it freed stand again where their time is
    still free, silently, as nobody was told of their end; their reminders are planned anew.

    One that is past, whose time was taken or whose cancellation was told meanwhile stays cancelled, as does one of an agenda
    that the actor does not run. Raises NotForYou, also for who has no such right; `agenda_busy`.
    """
    found = get_or_404(actor, PatientRecord, "revive", uid=record)

    def work() -> Revived:
        now = clock.now()
        freed = _freed_by_death(found.pk, now)
        lock_performers(*{change.before["performer"] for change in freed})
        file = locked_record(actor, record)
        file.deceased_on = None
        file.save(update_fields=["deceased_on"])
        mine = scoped(actor, Appointment, "restore").filter(pk__in=[change.appointment_id for change in freed])
        rows = mine.select_related("record__patient", "visit_reason", "agenda__location__place", "performer")
        visits = {visit.pk: visit for visit in rows}
        restored: list[Appointment] = []
        left: list[Appointment] = []
        for change in freed:
            visit = visits.get(change.appointment_id)
            if visit is not None:
                (restored if _stands_again(actor, visit, change, now) else left).append(visit)
        audit.record(
            actor, "patients.undo_death", file, patient_id=file.patient_id, practice_id=file.practice_id,
            restored=len(restored), left=len(freed) - len(restored),
        )  # fmt: skip
        _news.refresh_listings(*{visit.performer_id for visit in restored})
        return Revived(file, restored, left, len(freed) - len(visits))

    return run_verb(work)


def _freed_by_death(record: int, now: datetime) -> list[AppointmentChange]:
    """The cancellations of a death that still are the last word on their visits: no other act cancels a batch in silence."""
    newest = AppointmentChange.objects.filter(appointment=OuterRef("appointment")).order_by("-id").values("pk")[:1]
    found = AppointmentChange.objects.filter(
        appointment__record=record,
        appointment__status=Status.CANCELLED_BY_PRACTICE,
        appointment__start_at__gt=now,
        kind=ChangeKind.CANCELLED,
        by_practice=True,
        batch__isnull=False,
        tell_at__isnull=True,
        undone_at__isnull=True,
        pk=Subquery(newest),
    )
    return list(found.order_by("appointment__start_at", "pk"))


def _stands_again(actor: Actor, visit: Appointment, change: AppointmentChange, now: datetime) -> bool:
    told = Message.objects.filter(
        key__startswith=f"{_news.subject_of(visit)}|", kind=_news.CANCELLED, created_at__gte=change.at
    ).exclude(state=MessageState.CANCELLED)
    if told.exists():
        return False
    cancelled = state_of(visit)
    try:
        with transaction.atomic():
            bring_back(actor, visit, change.before, now)
    except (Refusal, IntegrityError):
        visit.refresh_from_db(fields=["status", "start_at", "end_at", "revision"])
        return False
    note(actor, visit, ChangeKind.RESTORED, before=cancelled)
    audit.record(
        actor, "booking.restore", visit, patient_id=visit.patient_id, practice_id=visit.practice_id, because=REASON
    )
    # To the patient nothing has changed, so nothing is said; reminders had been called off and are planned again.
    settle(actor, visit, change.before, due_at=now, call=False)
    return True


def _free(actor: Actor, visit: Appointment, *, batch: UUID) -> Appointment:
    before, now = state_of(visit), clock.now()
    cancel_pending(_news.subject_of(visit))
    visit = _write.release(visit, Status.CANCELLED_BY_PRACTICE, at=now, late=False, reason="")
    Task.objects.filter(appointment=visit, kind=TaskKind.TELL, done_at__isnull=True).update(
        done_at=now, done_by=actor.user_id
    )
    note(actor, visit, ChangeKind.CANCELLED, before=before, batch=batch)
    audit.record(
        actor, "booking.cancel", visit, patient_id=visit.patient_id, practice_id=visit.practice_id, because=REASON
    )
    return visit
