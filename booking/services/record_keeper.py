"""What booking answers when a person is removed or when two files of a practice become one (`patients.registry`)."""

from __future__ import annotations

from collections.abc import Sequence

from booking.models import Appointment, NoShowMark, Referral, Task
from booking.selectors.appointments import upcoming_visits
from booking.services.waitlist.leaving import move_entries
from core.access import Actor, scoped


class VisitKeeper:
    """Visits hang on files: they keep a person from being removed, and follow when a file is merged."""

    def has_upcoming(self, actor: Actor, patient_id: int, unseen_by: Sequence[Actor] = ()) -> bool:
        """Whether the actor sees a visit to come for this person that none of `unseen_by` sees."""
        visits = upcoming_visits(actor).filter(record__patient_id=patient_id)
        for other in unseen_by:
            visits = visits.exclude(pk__in=scoped(other, Appointment, "read").values("pk"))
        return visits.exists()

    def move(self, source_id: int, target_id: int) -> int:
        """Re-point the visits of one file to another, with the marks and tasks about them; what was written stays."""
        NoShowMark.objects.filter(record_id=source_id).update(record_id=target_id)
        Referral.objects.filter(record_id=source_id).update(record_id=target_id)
        Task.objects.filter(record_id=source_id).update(record_id=target_id)
        move_entries(source_id, target_id)
        return Appointment.objects.filter(record_id=source_id).update(record_id=target_id)

    def count(self, record_id: int) -> int:
        """The visits of a file, cancelled ones included."""
        return Appointment.objects.filter(record_id=record_id).count()
