"""Sick-day rescue: one act closes the day and keeps, for each of its patients alone, a few other starts until an end.

A start kept is a hold whose `holder` is `rescue:<uid of the offer>`: the public never sees it, and only the answers of
`booking.services.rescue_answers` turn it into the place of a visit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import cast
from uuid import UUID

from booking.enums import Channel, RescueAnswer, Status
from booking.models import Absence, Appointment, Rescue, RescueOffer
from booking.recurrence import Frequency
from booking.selectors.reach import must_be_called, reach_of
from booking.selectors.rescue import EACH, Kept, agenda_of, colleagues_of, holder_of, plan_rescue, visits_of_day
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


def close_sick_day(
    *,
    actor: Actor,
    agenda: UUID,
    day: date,
    ends_at: datetime,
    order: Sequence[UUID] | None = None,
    colleagues: Sequence[UUID] = (),
    slots_per_patient: int = EACH,
    claim: idempotency.Claim | None = None,
) -> Rescue:
    """Note the absence of the day and offer its patients other starts; a day being rescued already is given back.

    `order` is the medical priority: uids of visits of the day, first come first; those it leaves out follow by hour.
    `ends_at` frees what nobody took; every start lies after it. `colleagues` are agendas that the actor runs and whose
    practitioners agreed: the actor answers for that, the journal keeps it (`agreed`), and each of them is told by a
    task. At most three starts a patient, at most thirty per cent of what was free on any day (`booking.rescue_plan`).

    Whom no message reaches and who has no start left is put on the call list. The patients are told five minutes later:
    until then `undo_rescue` takes everything back. Raises NotForYou, `RescueRefused`, `too_many_rules`, `agenda_busy`.
    """
    place, now = agenda_of(actor, agenda), clock.now()
    _check(place, day, ends_at, slots_per_patient, now)
    known = {one.uid: one for one in colleagues_of(actor, place)}
    if set(colleagues) - set(known):
        raise NotForYou
    agreed = [known[uid] for uid in dict.fromkeys(colleagues)]

    def work() -> Rescue:
        done = idempotency.begin(actor, claim)
        if done is not None:
            return cast(Rescue, done)
        performers = {place.practitioner_id, *(one.practitioner_id for one in agreed)}
        lock_performers(*performers)
        found = Rescue.objects.filter(agenda=place, day=day, closed_at__isnull=True).first()
        if found is None:
            found = _close(actor, place, day, ends_at, order, agreed, slots_per_patient, now)
            _news.refresh_listings(*performers)
        idempotency.complete(actor, claim, found)
        return found

    return run_verb(work)


def _check(agenda: Agenda, day: date, ends_at: datetime, each: int, now: datetime) -> None:
    today = clock.local_date(now, zone_of_agenda(agenda))
    if not today <= day <= today + timedelta(days=DAYS_AHEAD):
        raise RescueRefused("rescue_day")
    if not now + SHORTEST <= ends_at <= now + LONGEST:
        raise RescueRefused("rescue_end")
    if not 1 <= each <= EACH:
        raise RescueRefused("rescue_slots")


def _close(
    actor: Actor,
    agenda: Agenda,
    day: date,
    ends_at: datetime,
    order: Sequence[UUID] | None,
    agreed: Sequence[Agenda],
    each: int,
    now: datetime,
) -> Rescue:
    visits = _in_order(visits_of_day(actor, agenda, day, now=now), order)
    if not visits:
        raise RescueRefused("rescue_nobody")
    _write.clear_expired_holds({agenda.practitioner_id, *(one.practitioner_id for one in agreed)}, now)
    kept = plan_rescue(actor, agenda, day, visits, ends_at=ends_at, colleagues=agreed, now=now, each=each)
    found = Rescue.objects.create(
        practice_id=agenda.practice_id,
        agenda=agenda,
        absence=_absence(actor, agenda, day),
        day=day,
        created_by_id=actor.user_id,
        created_at=now,
        ends_at=ends_at,
    )
    reach = reach_of(visits)
    offers, news, calls = [], [], []
    for position, visit in enumerate(visits, start=1):
        called = must_be_called(visit, reach[visit.pk]) or not kept.get(visit.pk)
        first = RescueAnswer.TO_CALL if called else RescueAnswer.WAITING
        offers.append(RescueOffer(rescue=found, appointment=visit, position=position, answer=first))
        calls += [visit] if called else []
    RescueOffer.objects.bulk_create(offers)
    Appointment.objects.bulk_create(
        [
            _hold(offer, one, visit, ends_at)
            for offer, visit in zip(offers, visits, strict=True)
            for one in kept.get(visit.pk, [])
        ]
    )
    for offer, visit in zip(offers, visits, strict=True):
        if offer.answer == RescueAnswer.WAITING:
            about = {"kind": MESSAGE, "subject": subject_of(offer), "expires_at": ends_at}
            ways = list(_news.to_people(visit, reach[visit.pk], due_at=now + TELL_AFTER))
            bells = {way["user_id"] for way in ways if "user_id" in way}
            ways += [{"channel": "bell", "user_id": user, "due_at": now + TELL_AFTER} for user in sorted(bells)]
            news += [{**about, **way} for way in ways]
    notify_many(news)
    ask_for_calls(actor, calls)
    agreeing = [one.pk for one in agreed]
    record(actor, "booking.close_sick_day", found, ends_at=ends_at, visits=len(visits), agreed=agreeing)
    used = {one.offer.agenda_id for ones in kept.values() for one in ones}
    if asked := [pk for pk in agreeing if pk in used]:
        enqueue(NOTE_AGREEMENT, due_at=now + TELL_AFTER, rescue_id=found.pk, agendas=asked)
    settle_later(found)
    return found


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
