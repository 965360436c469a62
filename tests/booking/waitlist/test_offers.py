"""A freed time is kept for one person at a time, in the published order, and goes on when it is not taken."""

import pytest

from booking.enums import Status
from booking.models import Appointment, WaitlistOffer
from booking.selectors.availability import hidden_by
from booking.services.appointments import cancel_appointment, reschedule_appointment
from booking.services.waitlist import accept_offer, decline_offer, leave_waitlist
from booking.services.waitlist._frame import WaitlistRefused
from core import clock
from notifications.models import Message
from tests.booking.conftest import actor_of
from tests.booking.waitlist.conftest import at, book, held, join, live, person, work


@pytest.fixture
def three(offer):
    """Three people who joined one after the other, and a visit of somebody else that may be freed."""
    people = [person(name) for name in ("anne", "bruno", "clara")]
    for user in people:
        join(user, offer)
    owner = person("owner")
    return people, owner, book(owner, offer, at(3, 10))


def test_a_cancelled_visit_is_kept_for_the_first_in_line(offer, three):
    people, owner, visit = three
    cancel_appointment(actor=actor_of(owner), appointment=visit.uid)
    work()
    (made,) = live()
    assert made.entry.user == people[0]
    assert (made.start_at, made.rank) == (visit.start_at, 1)
    (hold,) = held()
    assert (hold.start_at, hold.pk) == (visit.start_at, made.hold_id)
    assert hidden_by(offer, visit.start_at, now=clock.now()) is not None
    told = Message.objects.filter(kind="booking.waitlist_offer")
    assert {message.user_id for message in told} == {people[0].pk}
    assert {message.expires_at for message in told} == {made.expires_at}


def test_a_declined_time_goes_to_the_next_and_then_to_the_public(offer, three):
    people, owner, visit = three
    cancel_appointment(actor=actor_of(owner), appointment=visit.uid)
    work()
    asked = []
    for _ in people:
        (made,) = live()
        asked.append(made.entry.user)
        decline_offer(actor=actor_of(made.entry.user), offer=made.uid)
    assert asked == people
    assert live() == []
    assert held() == []
    work()
    assert live() == []
    assert hidden_by(offer, visit.start_at, now=clock.now()) is None
    assert [row.rank for row in WaitlistOffer.objects.order_by("pk")] == [1, 2, 3]


def test_silence_hands_it_on_at_the_end_of_the_offer(offer, three, noon):
    people, owner, visit = three
    cancel_appointment(actor=actor_of(owner), appointment=visit.uid)
    work()
    (first,) = live()
    noon(first.expires_at)
    work()
    first.refresh_from_db()
    (second,) = live()
    assert (first.answer, second.entry.user) == ("expired", people[1])
    assert [row.pk for row in held()] == [second.hold_id]


def test_accepting_without_a_visit_books_the_time(offer, three):
    people, owner, visit = three
    cancel_appointment(actor=actor_of(owner), appointment=visit.uid)
    work()
    (made,) = live()
    taken = accept_offer(actor=actor_of(people[0]), offer=made.uid)
    assert (taken.status, taken.start_at, taken.record.patient.user) == (Status.BOOKED, visit.start_at, people[0])
    assert taken.pk == made.hold_id
    made.refresh_from_db()
    made.entry.refresh_from_db()
    assert (made.answer, made.entry.state, made.entry.appointment_id) == ("accepted", "placed", taken.pk)
    work()
    assert live() == []


def test_accepting_moves_the_visit_one_has_and_its_time_is_offered_on(offer, three):
    people, owner, visit = three
    mine = book(people[0], offer, at(6, 15))
    cancel_appointment(actor=actor_of(owner), appointment=visit.uid)
    work()
    (made,) = live()
    assert made.entry.user == people[0]
    taken = accept_offer(actor=actor_of(people[0]), offer=made.uid)
    assert (taken.pk, taken.start_at, taken.revision) == (mine.pk, visit.start_at, 1)
    assert Appointment.objects.filter(status="booked", record__patient__user=people[0]).count() == 1
    work()
    (second,) = live()
    assert (second.entry.user, second.start_at) == (people[1], at(6, 15))


def test_accepting_twice_gives_the_same_visit(offer, three):
    people, owner, visit = three
    cancel_appointment(actor=actor_of(owner), appointment=visit.uid)
    work()
    (made,) = live()
    first = accept_offer(actor=actor_of(people[0]), offer=made.uid)
    again = accept_offer(actor=actor_of(people[0]), offer=made.uid)
    assert first.pk == again.pk
    assert Appointment.objects.filter(status="booked").count() == 1


def test_an_offer_that_is_over_is_refused_clearly(offer, three, noon):
    people, owner, visit = three
    cancel_appointment(actor=actor_of(owner), appointment=visit.uid)
    work()
    (made,) = live()
    noon(made.expires_at)
    with pytest.raises(WaitlistRefused) as refused:
        accept_offer(actor=actor_of(people[0]), offer=made.uid)
    assert (refused.value.code, refused.value.status) == ("offer_over", 409)


def test_leaving_hands_the_time_on(offer, three):
    people, owner, visit = three
    cancel_appointment(actor=actor_of(owner), appointment=visit.uid)
    work()
    (made,) = live()
    entry = leave_waitlist(actor=actor_of(people[0]), entry=made.entry.uid)
    assert entry.state == "left"
    (second,) = live()
    assert second.entry.user == people[1]
    assert leave_waitlist(actor=actor_of(people[0]), entry=made.entry.uid).state == "left"


def test_a_moved_visit_frees_its_time_but_not_for_who_moved_it(offer):
    mover, other = person("mover"), person("other")
    visit = book(mover, offer, at(3, 10))
    join(mover, offer)
    join(other, offer)
    reschedule_appointment(actor=actor_of(mover), appointment=visit.uid, start=at(5, 10))
    work()
    (made,) = live()
    assert (made.entry.user, made.start_at) == (other, at(3, 10))
