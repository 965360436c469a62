"""Races around a time kept for somebody in line: two acceptances, the end of the offer, the desk, the public."""

import time
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from booking.enums import Status
from booking.models import Appointment, WaitlistEntry, WaitlistOffer
from booking.services import _booking, waitlist
from booking.services.appointments import cancel_appointment
from booking.services.desk import book_at_desk
from booking.services.waitlist import (
    When,
    _frame,
    accept_offer,
    answering,
    decline_offer,
    join_waitlist,
    leave_waitlist,
)
from core import clock
from core.access import Actor, Space
from core.jobs import run
from core.models import Job, JobState
from practitioners.enums import Role
from tests.concurrency.conftest import book, free_starts
from tests.concurrency.rivals import outcomes, race
from tests.concurrency.test_one_slot import overlaps
from tests.factories import MembershipFactory, RecordFactory

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5
KINDS = ("booking.offer_freed", "booking.end_waitlist_offer")


@pytest.fixture(autouse=True)
def by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Offers are told at once, whatever hour these tests run at."""
    monkeypatch.setattr("booking.waitlist.decent", lambda moment, zone: moment)
    monkeypatch.setattr("booking.waitlist.add_decent", lambda moment, length, zone: moment + length)


def work() -> None:
    for _ in range(10):
        due = list(Job.objects.filter(kind__in=KINDS, state=JobState.PENDING, due_at__lte=clock.now()).order_by("pk"))
        for job in due:
            run(job.pk)
        if not due:
            return


def join(actor: Actor, offer: Any) -> Any:
    return join_waitlist(actor=actor, visit_reason=offer.visit_reason.uid, agendas=[offer.agenda.uid], when=When())


def asked(offer: Any, line: list[Actor], owner: Actor, start: Any) -> WaitlistOffer:
    """A time freed by its owner and kept for the first of this line."""
    for actor in line:
        join(actor, offer)
    visit = book(owner, offer, start)
    cancel_appointment(actor=owner, appointment=visit.uid)
    work()
    return WaitlistOffer.objects.select_related("entry").get(answer="waiting")


def starts(offer: Any) -> list[Any]:
    """The latest first: who took one is offered earlier ones only."""
    return list(reversed(free_starts(offer)[:ROUNDS]))


def test_one_offer_accepted_by_many_requests_is_one_visit(offer, people):
    for start in starts(offer):
        owner, anne = people(2)
        made = asked(offer, [anne], owner, start)
        results = race([lambda made=made, anne=anne: accept_offer(actor=anne, offer=made.uid)] * 6)
        assert set(outcomes(results)) <= {"ok", "agenda_busy"}
        assert outcomes(results)["ok"] >= 1
        assert len({row.pk for row in results if isinstance(row, Appointment)}) == 1
        assert Appointment.objects.filter(start_at=start, status=Status.BOOKED).count() == 1
        start_again()
    assert overlaps() == 0


def test_an_acceptance_against_the_end_of_the_offer(offer, people):
    """Either the person has the time, or the next in line is asked: never both, and it is kept once."""
    for start, delay in zip(starts(offer), (0.1, 0.27, 0.3, 0.33, 0.5), strict=True):
        owner, anne, bruno = people(3)
        made = asked(offer, [anne, bruno], owner, start)
        assert made.entry.user_id == anne.user_id
        end = clock.now() + timedelta(seconds=0.3)
        WaitlistOffer.objects.filter(pk=made.pk).update(told_at=end - timedelta(hours=1), expires_at=end)

        def accept(made: WaitlistOffer = made, delay: float = delay, anne: Actor = anne) -> Any:
            time.sleep(delay)
            return accept_offer(actor=anne, offer=made.uid)

        def expire(made: WaitlistOffer = made) -> None:
            time.sleep(0.3)
            with transaction.atomic():
                waitlist.expire_offer(offer=made.pk)

        found = outcomes(race([accept, expire]))
        made.refresh_from_db()
        booked = Appointment.objects.filter(start_at=start, status=Status.BOOKED).count()
        if made.answer == "accepted":
            assert (booked, held_at(start)) == (1, 0)
        else:
            assert found["offer_over"] == 1
            assert (booked, held_at(start)) == (0, 1)
            assert WaitlistOffer.objects.get(answer="waiting").entry.user_id == bruno.user_id
        assert overlaps() == 0
        start_again()


def held_at(start: Any) -> int:
    return Appointment.objects.filter(start_at=start, status=Status.HELD).count()


def start_again() -> None:
    """Nobody waits any more, nothing is kept."""
    WaitlistEntry.objects.all().delete()
    Appointment.objects.filter(status=Status.HELD).delete()
    Job.objects.filter(kind__in=KINDS).delete()


def test_an_acceptance_against_the_desk_that_overbooks(offer, people):
    """The desk's visit is put over it, marked, or refused; the person has the time or is told clearly. No double booking."""
    member = MembershipFactory(practice=offer.agenda.practice, role=Role.OWNER)
    team = Actor(user_id=member.user_id, space=Space.PRACTICE, practice_id=offer.agenda.practice_id, strong=True)
    record = RecordFactory(practice=offer.agenda.practice)
    for start in starts(offer):
        owner, anne = people(2)
        made = asked(offer, [anne], owner, start)
        results = race(
            [
                lambda made=made, anne=anne: accept_offer(actor=anne, offer=made.uid),
                lambda start=start: book_at_desk(
                    actor=team,
                    record=record.uid,
                    agenda=offer.agenda.uid,
                    visit_reason=offer.visit_reason.uid,
                    start=start,
                    overbook=True,
                ),
            ]
        )
        assert set(outcomes(results)) <= {"ok", "slot_taken", "agenda_busy"}
        firm = Appointment.objects.filter(start_at=start, status=Status.BOOKED, overbooked=False)
        assert firm.count() == 1
        assert firm.get().record.patient.user_id == anne.user_id
        # What the desk puts over it is marked, and cancelled here so that the next round counts anew.
        over = Appointment.objects.filter(start_at=start, overbooked=True)
        over.delete()
        assert overlaps() == 0
        start_again()


def test_an_acceptance_against_a_leaving_and_a_declining(offer, people):
    for start in starts(offer):
        owner, anne, bruno = people(3)
        made = asked(offer, [anne, bruno], owner, start)
        race(
            [
                lambda made=made, anne=anne: accept_offer(actor=anne, offer=made.uid),
                lambda made=made, anne=anne: decline_offer(actor=anne, offer=made.uid),
                lambda made=made, anne=anne: leave_waitlist(actor=anne, entry=made.entry.uid),
            ]
        )
        made.refresh_from_db()
        booked = Appointment.objects.filter(start_at=start, status=Status.BOOKED).count()
        kept = held_at(start)
        assert booked + kept == 1
        assert (made.answer == "accepted") == (booked == 1)
        start_again()


def test_times_of_two_practitioners_freed_at_once_ask_a_person_once(offer, people):
    """The person's lock and the constraint: one live offer, whichever practitioner's time came first."""
    from tests.factories import AgendaReasonFactory, BookableAgendaFactory

    second = BookableAgendaFactory(practice=offer.agenda.practice)
    other = AgendaReasonFactory(agenda=second, visit_reason=offer.visit_reason)
    owner, other_owner, anne = people(3)
    join_waitlist(
        actor=anne,
        visit_reason=offer.visit_reason.uid,
        agendas=[offer.agenda.uid, second.uid],
        when=When(),
    )
    start = free_starts(offer)[0]
    visits = [(owner, book(owner, offer, start)), (other_owner, book(other_owner, other, start))]
    for actor, visit in visits:
        cancel_appointment(actor=actor, appointment=visit.uid)
    jobs = list(Job.objects.filter(kind="booking.offer_freed", state=JobState.PENDING))
    assert len(jobs) == 2
    race([lambda job=job: run(job.pk) for job in jobs])
    assert WaitlistOffer.objects.filter(answer="waiting").count() == 1
    assert Appointment.objects.filter(status=Status.HELD).count() == 1


CONSTRAINT = "appointment_no_double_booking"


@pytest.fixture
def guards_off(monkeypatch):
    """No advisory lock, no row lock, no constraint: what is left is check, then write."""
    constraint = next(one for one in Appointment._meta.constraints if one.name == CONSTRAINT)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Appointment, constraint)
    monkeypatch.setattr(answering, "lock_booking", lambda **ids: None)
    monkeypatch.setattr(_frame, "lock_performers", lambda *ids: None)
    monkeypatch.setattr(answering, "under_lock", read_only)
    yield
    WaitlistOffer.objects.all().delete()
    Appointment.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Appointment, constraint)


def read_only(found: WaitlistOffer, *more: int) -> WaitlistOffer:
    return WaitlistOffer.objects.select_related("agenda__practitioner", "task", "entry__appointment").get(pk=found.pk)


def take_and_decline_at_once(monkeypatch: pytest.MonkeyPatch, anne: Actor, made: WaitlistOffer) -> list[Any]:
    """The acceptance has checked everything and is about to write when the same person declines in another tab."""
    checked, declined = Event(), Event()
    place = _booking._write.place

    def late(*args: Any, **more: Any) -> Any:
        checked.set()
        declined.wait(0.5)
        return place(*args, **more)

    def decline() -> Any:
        checked.wait(10)
        try:
            return decline_offer(actor=anne, offer=made.uid)
        finally:
            declined.set()

    monkeypatch.setattr(_booking._write, "place", late)
    return race([lambda: accept_offer(actor=anne, offer=made.uid), decline])


def test_without_the_guards_one_time_is_had_twice(guards_off, monkeypatch, offer, people):
    owner, anne, bruno = people(3)
    made = asked(offer, [anne, bruno], owner, starts(offer)[0])
    take_and_decline_at_once(monkeypatch, anne, made)
    assert overlaps() == 1


def test_with_the_guards_the_same_moment_gives_it_once(monkeypatch, offer, people):
    owner, anne, bruno = people(3)
    made = asked(offer, [anne, bruno], owner, starts(offer)[0])
    results = take_and_decline_at_once(monkeypatch, anne, made)
    made.refresh_from_db()
    assert (overlaps(), made.answer, isinstance(results[0], Appointment)) == (0, "accepted", True)
