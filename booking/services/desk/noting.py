"""What the practice notes for itself about a visit: never shown or sent to the patient."""

from __future__ import annotations

from uuid import UUID

from booking.enums import ChangeKind
from booking.models import Appointment
from booking.services import _history
from booking.services._transaction import run_verb
from booking.services.desk import _visits
from core import audit
from core.access import Actor, get_or_404

NOTE_AT_MOST = 1000


def note_at_desk(*, actor: Actor, appointment: UUID, note: str, expected_revision: int | None = None) -> Appointment:
    """Write the internal note of a visit, up to `NOTE_AT_MOST` characters; longer ones are cut by the form before.

    A note does not raise the revision: nobody's calendar changes. Raises NotForYou, `changed_meanwhile`.
    """
    # Who covers for some days reads no note of the practice, and writes none over it.
    visit = get_or_404(actor, Appointment, "read_internal_note", uid=appointment)

    def work() -> Appointment:
        current = _visits.under_lock(visit, performers=set(), expected_revision=expected_revision)
        text = note.strip()[:NOTE_AT_MOST]
        if text != current.internal_note:
            before = _history.state_of(current)
            current.internal_note = text
            current.save(update_fields=["internal_note", "updated_at"])
            _history.note(actor, current, ChangeKind.NOTED, before=before)
            audit.record(
                actor, "booking.desk_noted", current, patient_id=current.patient_id, practice_id=current.practice_id
            )
        return current

    return run_verb(work)
