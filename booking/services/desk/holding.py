"""Keeping a time while the person at the desk fills the form: five minutes, one slot per person."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from booking.enums import Channel
from booking.exceptions import Refusal
from booking.models import Appointment
from booking.selectors.desk_slots import desk_offers
from booking.services import _write
from booking.services._checks import whole_minute
from booking.services._locks import lock_performers
from booking.services._transaction import run_verb
from booking.services.desk import _alternatives, _times
from core import audit, clock
from core.access import Actor, get_or_404
from practitioners.models import Agenda, AgendaReason

DESK_HOLD = timedelta(minutes=5)


def hold_at_desk(
    *,
    actor: Actor,
    agenda: UUID,
    start: datetime,
    end: datetime | None = None,
    visit_reason: UUID | None = None,
) -> Appointment:
    """Keep a time of an agenda that the actor runs; their former hold in the practice is given up.

    Without a reason the first one of the agenda stands in until the booking names another. Given up early with
    `services.holds.release_hold`. Raises NotForYou, `not_offered` (an agenda without any reason), `duration_invalid`,
    `start_out_of_reach`, `outside_your_dates`, `slot_taken` (with alternatives, `held_by` and `held_until`), `agenda_busy`.
    """
    offer, start = _offer(actor, agenda, visit_reason), whole_minute(start)
    end = whole_minute(end) if end is not None else start + timedelta(minutes=offer.duration_minutes)
    _times.check_length(start, end)

    def work() -> Appointment:
        lock_performers(offer.agenda.practitioner_id)
        now = clock.now()
        _write.clear_expired_holds({offer.agenda.practitioner_id}, now)
        _times.check_date(offer.agenda, start, now)
        _times.check_reach(offer, start)
        Appointment.objects.filter(_times.desk_holds(actor)).delete()
        _times.check_free(actor, offer.agenda, start, end, now=now)
        held = _write.new_slot(offer, start)
        held.end_at, held.channel = end, Channel.DESK
        _write.keep(actor, held, expires_at=now + DESK_HOLD)
        audit.record(actor, "booking.desk_hold", held, practice_id=held.practice_id)
        return held

    with _alternatives.offered(offer, start, end - start):
        return run_verb(work)


def _offer(actor: Actor, agenda: UUID, visit_reason: UUID | None) -> AgendaReason:
    if visit_reason is not None:
        return _times.desk_offer(actor, agenda, visit_reason)
    get_or_404(actor, Agenda, "manage", uid=agenda)
    first = desk_offers(actor, agendas=[agenda]).first()
    if first is None:
        raise Refusal("not_offered")
    return first
