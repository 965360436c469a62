"""Moving one visit under the locks of a public verb: the rules of the public list, the row, its audit and its messages."""

from __future__ import annotations

from datetime import datetime

from booking.enums import ChangeKind
from booking.exceptions import Refusal
from booking.models import Appointment
from booking.services import _history, _news, _untold, _write
from booking.services._checks import check_mode, check_move, check_start, offer_now
from core import audit
from core.access import Actor, Space, may
from practitioners.models import AgendaReason


def move_under_locks(
    actor: Actor, visit: Appointment, offer: AgendaReason, start: datetime, *, now: datetime
) -> Appointment:
    """Check every rule again and give the visit its new time, its length kept; its former time is free at once.

    The caller holds the locks of both performers, has read the visit under them and cleared expired holds. Raises the
    refusals of a start, those of `check_move`, and `outside_your_dates` for a practice's member who would lose the visit.
    """
    offer = offer_now(offer)
    check_mode(offer, visit.mode)
    check_start(offer, start, now=now, exclude=visit.pk, duration=visit.duration)
    check_move(actor, offer, visit, start, now=now)
    before, performers = visit.start_at, {visit.performer_id, offer.agenda.practitioner_id}
    former = _history.state_of(visit)
    visit = _write.move(visit, offer, start)
    if actor.space == Space.PRACTICE and not may(actor, "change", visit):
        raise Refusal("outside_your_dates")
    audit.record(
        actor, "booking.reschedule", visit, patient_id=visit.patient_id, practice_id=visit.practice_id,
        start=start.isoformat(), before=before.isoformat(),
    )  # fmt: skip
    _untold.tell_change(actor, visit, ChangeKind.MOVED, former, now=now)
    _news.refresh_listings(*performers)
    return visit
