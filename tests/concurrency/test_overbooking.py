"""Cases 41, 45 and 49: the desk and the public at the same second. Only a clear wish of the desk puts two at one time."""

import pytest

from booking.enums import OCCUPYING, Status
from booking.models import Appointment
from booking.services.desk import book_at_desk, cancel_at_desk, move_at_desk, undo_change
from core.access import Actor, Space
from tests.concurrency.conftest import book, free_starts
from tests.concurrency.rivals import outcomes, race
from tests.concurrency.test_one_slot import assert_one_winner, overlaps
from tests.factories import MembershipFactory, RecordFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner(offer):
    practice = offer.agenda.practice
    return Actor(
        user_id=MembershipFactory(practice=practice).user_id, space=Space.PRACTICE, practice_id=practice.pk, strong=True
    )


@pytest.fixture
def at_desk(offer, owner):
    def act(start, **more):
        record = RecordFactory(practice=offer.agenda.practice)
        return lambda: book_at_desk(
            actor=owner,
            record=record.uid,
            agenda=offer.agenda.uid,
            visit_reason=offer.visit_reason.uid,
            start=start,
            **more,
        )

    return act


def test_case_41_the_desk_and_patients_at_the_same_second_make_one_visit(offer, people, at_desk):
    start = free_starts(offer)[0]
    rivals = [lambda actor=actor: book(actor, offer, start) for actor in people(6)]
    found = outcomes(race([*rivals, *(at_desk(start) for _ in range(6))]))
    assert_one_winner(found, 12)
    assert overlaps() == 0


def test_case_49_the_public_never_books_over_what_the_desk_put_twice(offer, people, at_desk):
    """Only the desk's wishes add up: whatever the order, at most one visit at that time is not marked."""
    for start in free_starts(offer)[:6]:
        rivals = [lambda actor=actor, start=start: book(actor, offer, start) for actor in people(3)]
        results = race([*rivals, *(at_desk(start, overbook=True) for _ in range(3))])
        public, desk = outcomes(results[:3]), outcomes(results[3:])
        assert set(desk) <= {"ok", "agenda_busy"}
        assert set(public) <= {"ok", "slot_taken", "agenda_busy"}
        assert public["ok"] <= 1
        there = Appointment.objects.filter(start_at=start, status__in=OCCUPYING)
        assert there.count() == public["ok"] + desk["ok"]
        assert there.filter(overbooked=False).count() <= 1
        first = there.order_by("pk").first()
        if public["ok"]:
            # The public came first, or not at all.
            assert first.channel == "web"
        assert start not in free_starts(offer)


def test_case_45_a_move_onto_a_time_while_it_is_cancelled_leaves_one_visit(offer, owner, at_desk, people):
    first, second = free_starts(offer)[:2]
    leaving, coming = at_desk(first)(), at_desk(second)()
    (stranger,) = people(1)
    race(
        [
            lambda: cancel_at_desk(actor=owner, appointment=leaving.uid),
            lambda: move_at_desk(actor=owner, appointment=coming.uid, start=first),
            lambda: book(stranger, offer, first),
        ]
    )
    assert overlaps() == 0
    assert Appointment.objects.filter(start_at=first, status=Status.BOOKED).count() <= 1


def test_an_undo_and_a_booking_of_the_freed_time_give_it_to_one(offer, owner, at_desk, people):
    start = free_starts(offer)[0]
    visit = at_desk(start)()
    change = cancel_at_desk(actor=owner, appointment=visit.uid)
    rivals = [lambda actor=actor: book(actor, offer, start) for actor in people(4)]
    found = outcomes(race([lambda: undo_change(actor=owner, change=change.uid), *rivals]))
    assert_one_winner(found, 5)
    assert overlaps() == 0


def test_two_people_of_the_desk_on_one_visit_the_second_is_told(owner, at_desk, offer):
    first, second, third = free_starts(offer)[:3]
    visit = at_desk(first)()
    found = outcomes(
        race(
            [
                lambda start=start: move_at_desk(actor=owner, appointment=visit.uid, start=start, expected_revision=0)
                for start in (second, third)
            ]
        )
    )
    assert found == {"ok": 1, "changed_meanwhile": 1}
