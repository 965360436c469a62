"""Primitives that change the table of appointments. They assume the transaction and the locks of a public verb."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from booking.enums import Channel, Status
from booking.models import Appointment
from booking.services._freed import free_again
from core.access import Actor, scoped
from core.compiled_by_actor import ActorQuery
from core.compiled_insert import CompiledInsert
from patients.models import PatientRecord
from practitioners.models import Agenda, AgendaReason

_APPOINTMENTS = CompiledInsert(Appointment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a booking adds to a slot: for whom, how, and what the patient said (stored encrypted)."""

    record: PatientRecord
    mode: str
    note: str = ""
    answers: str = ""
    channel: str = Channel.WEB
    concealed: bool = False
    group: UUID | None = None


def clear_expired_holds(performers: set[int], now: datetime) -> None:
    """Holds past their end still stand in the constraint: remove those of the locked performers."""
    give_up_holds(Appointment.objects.filter(performer_id__in=performers, status=Status.HELD, expires_at__lte=now))


def live_holds(
    actor: Actor, *, performer: int, agenda: int, visit_reason: int, start: datetime, now: datetime
) -> list[Appointment]:
    """The actor's own live holds of this start, once those of the performer that are over are removed: both in one read."""
    over: list[Appointment] = []
    live: list[Appointment] = []
    for row in _HOLDS.fetch(actor, performer=performer, agenda=agenda, visit_reason=visit_reason, start=start, at=now):
        (live if row.expires_at is not None and row.expires_at > now else over).append(row)
    _free(over)
    return live


def _holds(
    actor: Actor, *, performer: int, agenda: int, visit_reason: int, start: datetime, at: datetime
) -> QuerySet[Appointment]:
    of_performer = Appointment.objects.filter(performer=performer, status=Status.HELD)
    own = scoped(actor, Appointment, "hold").filter(agenda=agenda, visit_reason=visit_reason, start_at=start)
    return of_performer & (Appointment.objects.filter(expires_at__lte=at) | own)


_HOLDS = ActorQuery(_holds)


def give_up_holds(holds: QuerySet[Appointment]) -> set[int]:
    """Delete these holds; their time is free for whoever waits for it. Gives the performers whose listings change."""
    return _free(list(holds.only("pk", "performer_id", "start_at", "end_at")))


def _free(holds: Sequence[Appointment]) -> set[int]:
    freed: dict[int, list[tuple[datetime, datetime]]] = {}
    for hold in holds:
        freed.setdefault(hold.performer_id, []).append((hold.start_at, hold.end_at))
    if holds:
        Appointment.objects.filter(pk__in=[hold.pk for hold in holds], status=Status.HELD).delete()
    for performer, spans in sorted(freed.items()):
        free_again(performer, spans)
    return set(freed)


def _slot_of(offer: AgendaReason, start: datetime) -> dict[str, object]:
    return {
        "agenda": offer.agenda,
        "practice_id": offer.agenda.practice_id,
        "performer": offer.agenda.practitioner,
        "visit_reason": offer.visit_reason,
        "specialty_id": offer.visit_reason.specialty_id,
        "start_at": start,
        "end_at": start + timedelta(minutes=offer.duration_minutes),
        "reason_name": offer.visit_reason.name,
        "price_cents": offer.price_cents,
        "buffer_before_minutes": offer.buffer_before_minutes,
        "buffer_after_minutes": offer.buffer_after_minutes,
        "change_until_minutes": offer.change_until_minutes,
    }


def new_slot(offer: AgendaReason, start: datetime) -> Appointment:
    """A row for this slot, not written yet, for a caller that changes its end."""
    return Appointment(**_slot_of(offer, start))


def hold(actor: Actor, offer: AgendaReason, start: datetime, *, expires_at: datetime) -> Appointment:
    """Keep a slot for a visitor, signed in or not."""
    return keep(actor, new_slot(offer, start), expires_at=expires_at)


def keep(actor: Actor, slot: Appointment, *, expires_at: datetime) -> Appointment:
    """Write a row not written yet as a hold of this visitor or member."""
    slot.status = Status.HELD
    slot.expires_at = expires_at
    slot.holder = actor.session
    slot.holder_ip = actor.ip
    slot.booked_by_id = actor.user_id
    slot.save()
    return slot


def place(
    actor: Actor, offer: AgendaReason, start: datetime, visit: Visit, *, held: Appointment | None = None
) -> Appointment:
    """Write the booking, in the row of the hold when there is one. The constraint has the last word (23P01)."""
    appointment = held or Appointment(**_slot_of(offer, start))
    appointment.status = Status.BOOKED
    appointment.expires_at = None
    appointment.holder = ""
    appointment.holder_ip = ""
    appointment.booked_by_id = actor.user_id
    appointment.record = visit.record
    appointment.mode = visit.mode
    appointment.note = visit.note
    appointment.answers = visit.answers
    appointment.channel = visit.channel
    appointment.concealed = visit.concealed
    appointment.group = visit.group
    if held is None:
        _APPOINTMENTS.write([appointment])
    else:
        appointment.save()
    return appointment


def move(appointment: Appointment, offer: AgendaReason, start: datetime) -> Appointment:
    """Give the visit another start, and another agenda if the offer is of another one; its length stays as booked."""
    return shift(appointment, offer.agenda, start, start + appointment.duration)


def shift(appointment: Appointment, agenda: Agenda, start: datetime, end: datetime) -> Appointment:
    """The same for any start, end and agenda."""
    if start != appointment.start_at or agenda.pk != appointment.agenda_id:
        appointment.confirmed_at = None  # it was for another time or place
    former = appointment.performer_id, (appointment.start_at, appointment.end_at)
    appointment.agenda = agenda
    appointment.practice_id = agenda.practice_id
    appointment.performer = agenda.practitioner
    appointment.start_at = start
    appointment.end_at = end
    appointment.revision += 1
    appointment.save()
    free_again(former[0], [former[1]])
    return appointment


def release(appointment: Appointment, status: Status, *, at: datetime, late: bool, reason: str) -> Appointment:
    """Free the slot by a cancelled state; the row stays as history."""
    appointment.status = status
    appointment.cancelled_at = at
    appointment.cancelled_late = late
    appointment.cancel_reason = reason
    appointment.confirmed_at = None
    appointment.revision += 1
    appointment.save()
    free_again(appointment.performer_id, [(appointment.start_at, appointment.end_at)])
    return appointment


def restore(appointment: Appointment) -> Appointment:
    """Bring a cancelled visit back to its slot; the constraint refuses if somebody else has it (23P01)."""
    appointment.status = Status.BOOKED
    appointment.cancelled_at = None
    appointment.cancelled_late = False
    appointment.cancel_reason = ""
    appointment.revision += 1
    appointment.save()
    return appointment
