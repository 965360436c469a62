"""A death: every message stops and the visits to come are freed, without telling anybody."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from booking.enums import ChangeKind, Status, TaskKind
from booking.models import Appointment, Task
from booking.services import _news, _write
from booking.services._history import note, state_of
from booking.services._locks import lock_performers
from booking.services._transaction import run_verb
from core import audit, clock
from core.access import Actor, get_or_404
from notifications.services import cancel_pending
from patients.exceptions import PatientRefusal
from patients.messages import file_link_subject, record_subject
from patients.models import PatientRecord
from patients.services.files import locked_record

REASON = "deceased"


def record_death(*, actor: Actor, record: UUID, died_on: date) -> int:
    """Note the death in the practice's file; returns how many visits to come were freed.

    The person's own account and the files of other practices are untouched. Nobody is told: neither relatives nor the
    team. Raises `death_date` for a day to come or before the birth, NotForYou.
    """
    found = get_or_404(actor, PatientRecord, "keep", uid=record)
    if died_on > clock.now().date() or (found.birth_date is not None and died_on < found.birth_date):
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


def undo_death(*, actor: Actor, record: UUID) -> PatientRecord:
    """Take the death back: a right of practitioners and owners. Freed visits stay cancelled, and are booked anew.

    Raises NotForYou, also for who has no such right.
    """

    def work() -> PatientRecord:
        get_or_404(actor, PatientRecord, "revive", uid=record)
        file = locked_record(actor, record)
        file.deceased_on = None
        file.save(update_fields=["deceased_on"])
        audit.record(actor, "patients.undo_death", file, patient_id=file.patient_id, practice_id=file.practice_id)
        return file

    return run_verb(work)


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
