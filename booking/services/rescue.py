"""Sick-day rescue: one act closes days and keeps, for each of their patients alone, a few other starts until an end.

A start kept is a hold whose `holder` is `rescue:<uid of the offer>`: the public never sees it, and only the answers of
`booking.services.rescue_answers` turn it into the place of a visit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from booking.enums import Channel, RescueAnswer, Status
from booking.models import Absence, Appointment, Rescue, RescueOffer
from booking.recurrence import Frequency
from booking.selectors.reach import Reach, must_be_called, reach_of
from booking.selectors.rescue import (
    EACH,
    Kept,
    agenda_of,
    colleagues_of,
    plan_rescue,
    visits_of_days,
)
from booking.selectors.rescue_progress import holder_of, linked_rescues
from booking.services import _news, _write
from booking.services._agenda_rules import check_room
from booking.services._history import TELL_AFTER
from booking.services._locks import lock_performers
from booking.services._rescue import RescueRefused, record, settle_later, subject_of, zone_of_agenda
from booking.services._transaction import run_verb
from booking.services.todo import ask_for_calls
from core import audit, clock, idempotency
from core.access import Actor
from core.exceptions import NotForYou
from core.jobs import enqueue
from notifications.services import notify_many
from practitioners.models import Agenda

NOTE_AGREEMENT = "booking.note_agreement"
MESSAGE = "booking.rescue"
# An offer shorter than this is none; longer than that, hours stand empty.
SHORTEST, LONGEST = timedelta(minutes=30), timedelta(days=7)
DAYS_AHEAD = 30
DAYS_AT_ONCE = 14


def close_sick_day(*, actor: Actor, agenda: UUID, day: date, ends_at: datetime, **wish: Any) -> Rescue:
    """One day of one agenda: see `close_sick_days`."""
    found = close_sick_days(actor=actor, agendas=[agenda], first_day=day, last_day=day, ends_at=ends_at, **wish)
    return found[0]


def close_sick_days(
    *,
    actor: Actor,
    agendas: Sequence[UUID],
    first_day: date,
    last_day: date,
    ends_at: datetime,
    order: Sequence[UUID] | None = None,
    colleagues: Sequence[UUID] = (),
    slots_per_patient: int = EACH,
    claim: idempotency.Claim | None = None,
) -> list[Rescue]:
    """Note the absences of these days and offer all their patients other starts, in one plan; a `Rescue` for each day and
    agenda. A day being rescued already is given back as it is.

    `agendas` are places of one practitioner. `order` is the medical priority: uids of visits of these days, first come
    first; those it leaves out follow by hour. `ends_at` frees what nobody took; every start lies after it. `colleagues` are
    agendas that the actor runs and whose practitioners agreed: the actor answers for that, the journal keeps it
    (`agreed`), and each of them is told by a task. At most three starts a patient, at most thirty per cent of what was
    free on any day (`booking.rescue_plan`), however many days are closed.

    Whom no message reaches and who has no start left is put on the call list. The patients are told five minutes later:
    until then `undo_rescue` takes everything back. Raises NotForYou, `RescueRefused`, `too_many_rules`, `agenda_busy`.
    """
    places, now = [agenda_of(actor, uid) for uid in dict.fromkeys(agendas)], clock.now()
    if not places or {(one.practitioner_id, one.practice_id) for one in places} != {
        (places[0].practitioner_id, places[0].practice_id)
    }:
        raise NotForYou
    _check(places[0], first_day, last_day, ends_at, slots_per_patient, now)
    known = {one.uid: one for one in colleagues_of(actor, places[0])}
    if set(colleagues) - set(known):
        raise NotForYou
    agreed = [known[uid] for uid in dict.fromkeys(colleagues)]
    days = [first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1)]

    def work() -> list[Rescue]:
        done = idempotency.begin(actor, claim)
        if done is not None:
            return linked_rescues(cast(Rescue, done))
        performers = {places[0].practitioner_id, *(one.practitioner_id for one in agreed)}
        lock_performers(*performers)
        open_now = Rescue.objects.filter(agenda__in=places, day__in=days, closed_at__isnull=True).order_by("day", "pk")
        found = {(one.agenda_id, one.day): one for one in open_now}
        wanted = [(place, day) for day in days for place in places if (place.pk, day) not in found]
        if wanted:
            act = _Act(ends_at, order, agreed, slots_per_patient, now)
            found |= _close(actor, places, wanted, act)
            _news.refresh_listings(*performers)
        rescues = [found[place.pk, day] for day in days for place in places]
        idempotency.complete(actor, claim, rescues[0])
        return rescues

    return run_verb(work)


@dataclass(frozen=True, slots=True)
class _Act:
    """How these days are closed."""

    ends_at: datetime
    order: Sequence[UUID] | None
    agreed: Sequence[Agenda]
    each: int
    now: datetime


def _check(agenda: Agenda, first_day: date, last_day: date, ends_at: datetime, each: int, now: datetime) -> None:
    today = clock.local_date(now, zone_of_agenda(agenda))
    if not today <= first_day <= last_day <= today + timedelta(days=DAYS_AHEAD):
        raise RescueRefused("rescue_day")
    if last_day - first_day >= timedelta(days=DAYS_AT_ONCE):
        raise RescueRefused("rescue_too_many_days")
    if not now + SHORTEST <= ends_at <= now + LONGEST:
        raise RescueRefused("rescue_end")
    if not 1 <= each <= EACH:
        raise RescueRefused("rescue_slots")


def _close(
    actor: Actor, places: Sequence[Agenda], wanted: Sequence[tuple[Agenda, date]], act: _Act
) -> dict[tuple[int, date], Rescue]:
    """The rescues of these days, by agenda and day: one plan for all their visits."""
    zones, keys = {one.pk: zone_of_agenda(one) for one in places}, {(one.pk, day) for one, day in wanted}
    days = [day for _, day in wanted]
    coming = visits_of_days(actor, places, min(days), max(days), now=act.now)
    day_of = {visit.pk: (visit.agenda_id, clock.local_date(visit.start_at, zones[visit.agenda_id])) for visit in coming}
    visits = _in_order([visit for visit in coming if day_of[visit.pk] in keys], act.order)
    if not visits:
        raise RescueRefused("rescue_nobody")
    _write.clear_expired_holds({one.practitioner_id for one in (*places, *act.agreed)}, act.now)
    kept = plan_rescue(
        actor, places[0], set(days), visits,
        ends_at=act.ends_at, colleagues=act.agreed, now=act.now, each=act.each,
    )  # fmt: skip
    found = {(place.pk, day): _new_rescue(actor, place, day, act) for place, day in wanted}
    reach = reach_of(visits)
    offers, calls = [], []
    for position, visit in enumerate(visits, start=1):
        called = must_be_called(visit, reach[visit.pk]) or not kept.get(visit.pk)
        first = RescueAnswer.TO_CALL if called else RescueAnswer.WAITING
        offers.append(RescueOffer(rescue=found[day_of[visit.pk]], appointment=visit, position=position, answer=first))
        calls += [visit] if called else []
    RescueOffer.objects.bulk_create(offers)
    Appointment.objects.bulk_create(
        [
            _hold(offer, one, visit, act.ends_at)
            for offer, visit in zip(offers, visits, strict=True)
            for one in kept.get(visit.pk, [])
        ]
    )
    _tell(offers, visits, reach, act)
    ask_for_calls(actor, calls)
    agreeing = [one.pk for one in act.agreed]
    for key, one in found.items():
        count = sum(day == key for day in day_of.values())
        record(actor, "booking.close_sick_day", one, ends_at=act.ends_at, visits=count, agreed=agreeing)
        settle_later(one)
    used = {one.offer.agenda_id for ones in kept.values() for one in ones}
    if asked := [pk for pk in agreeing if pk in used]:
        first_one = found[wanted[0][0].pk, wanted[0][1]]
        enqueue(NOTE_AGREEMENT, due_at=act.now + TELL_AFTER, rescue_id=first_one.pk, agendas=asked)
    return found


def _new_rescue(actor: Actor, place: Agenda, day: date, act: _Act) -> Rescue:
    """The row of one day, at the instant of the act, which ties it to the others."""
    return Rescue.objects.create(
        practice_id=place.practice_id,
        agenda=place,
        absence=_absence(actor, place, day),
        day=day,
        created_by_id=actor.user_id,
        created_at=act.now,
        ends_at=act.ends_at,
    )


def _tell(offers: Sequence[RescueOffer], visits: Sequence[Appointment], reach: Mapping[int, Reach], act: _Act) -> None:
    """Queue, for when an undo is over, the message of who waits for an answer."""
    due_at = act.now + TELL_AFTER
    news: list[dict[str, Any]] = []
    for offer, visit in zip(offers, visits, strict=True):
        if offer.answer == RescueAnswer.WAITING:
            about = {"kind": MESSAGE, "subject": subject_of(offer), "expires_at": act.ends_at}
            ways = list(_news.to_people(visit, reach[visit.pk], due_at=due_at))
            bells = {way["user_id"] for way in ways if "user_id" in way}
            ways += [{"channel": "bell", "user_id": user, "due_at": due_at} for user in sorted(bells)]
            news += [{**about, **way} for way in ways]
    notify_many(news)


def _in_order(visits: Sequence[Appointment], order: Sequence[UUID] | None) -> list[Appointment]:
    """The visits in the practice's order; those it does not name follow by hour. Raises `rescue_order` for others."""
    named = {uid: place for place, uid in enumerate(order or ())}
    if set(named) - {visit.uid for visit in visits}:
        raise RescueRefused("rescue_order")
    return sorted(visits, key=lambda visit: (named.get(visit.uid, len(named)), visit.start_at, visit.pk))


def _absence(actor: Actor, agenda: Agenda, day: date) -> Absence:
    check_room(Absence, agenda)
    row = Absence.objects.create(
        agenda=agenda,
        frequency=Frequency.ONCE,
        starts_on=day,
        ends_on=day,
        start_time=time(),
        end_time=time(),
        span_days=1,
    )
    audit.record(
        actor, "booking.add_absence", row, practice_id=agenda.practice_id, agenda=agenda.pk, starts_on=day, span_days=1
    )
    return row


def _hold(offer: RescueOffer, one: Kept, visit: Appointment, ends_at: datetime) -> Appointment:
    """The row that keeps a start for one patient: nobody's by session or account, as long as the visit."""
    row = _write.new_slot(one.offer, one.slot.start)
    row.end_at = one.slot.end
    row.mode = visit.mode
    row.channel = Channel.DESK
    row.status = Status.HELD
    row.expires_at = ends_at
    row.holder = holder_of(offer)
    return row
