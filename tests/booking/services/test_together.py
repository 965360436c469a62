"""A family in consecutive slots, all or nothing; and the first available practitioner."""

import pytest

from booking.models import Appointment
from booking.selectors.offers import find_offers
from booking.services.appointments import Wish
from booking.services.together import book_family, book_first_available
from tests.booking.conftest import actor_of, book, free_starts, refusal_code
from tests.factories import (
    AgendaReasonFactory,
    BookableAgendaFactory,
    GuardianshipFactory,
    OpeningHoursFactory,
    PatientFactory,
)

pytestmark = pytest.mark.django_db


def family_of(user, size):
    children = [PatientFactory() for _ in range(size - 1)]
    for child in children:
        GuardianshipFactory(user=user, patient=child)
    return [user.patient.uid, *(child.uid for child in children)]


def book_all(user, offer, start, people):
    return book_family(
        actor=actor_of(user),
        agenda=offer.agenda.uid,
        visit_reason=offer.visit_reason.uid,
        start=start,
        patients=people,
        wish=Wish(),
    )


def test_family_takes_consecutive_slots_in_the_order_given(offer, alice):
    starts = free_starts(offer)
    booked = book_all(alice, offer, starts[0], family_of(alice, 3))
    assert [visit.start_at for visit in booked] == starts[:3]
    assert len({visit.group for visit in booked}) == 1


def test_family_is_refused_whole_when_the_row_is_broken(offer, alice, charlie):
    starts = free_starts(offer)
    book(charlie, offer, starts[1])
    before = Appointment.objects.count()
    assert refusal_code(lambda: book_all(alice, offer, starts[0], family_of(alice, 2))) == "not_enough_consecutive"
    assert Appointment.objects.count() == before


def test_family_is_refused_whole_when_one_person_is(offer, alice):
    starts = free_starts(offer)
    people = family_of(alice, 3)
    book(alice, offer, starts[-1])
    offer.agenda.repeat_limit_days = 30
    offer.agenda.save()
    before = Appointment.objects.count()
    assert refusal_code(lambda: book_all(alice, offer, starts[0], people)) == "limit_reached"
    assert Appointment.objects.count() == before


@pytest.fixture
def colleagues(offer):
    """A second practitioner of the practice, with the same reason and hours."""
    other = BookableAgendaFactory(practice=offer.agenda.practice, location=offer.agenda.location)
    other.reasons.all().delete()
    AgendaReasonFactory(agenda=other, visit_reason=offer.visit_reason)
    return find_offers(offer.visit_reason.uid)


def first(user, offer, start):
    return book_first_available(actor=actor_of(user), visit_reason=offer.visit_reason.uid, start=start, wish=Wish())


def test_case_31_first_available_takes_whoever_is_free(offer, colleagues, alice, charlie):
    assert len(colleagues) == 2
    start = free_starts(offer)[0]
    taken = book(charlie, offer, start)
    booked = first(alice, offer, start)
    assert booked.performer_id != taken.performer_id
    assert booked.start_at == start


def test_case_31_first_available_spreads_visits_fairly(offer, colleagues, alice, charlie):
    starts = free_starts(offer)
    one, two = first(charlie, offer, starts[0]), first(alice, offer, starts[1])
    assert one.performer_id != two.performer_id


def test_case_31_first_available_is_refused_when_everybody_is_taken(offer, colleagues, alice, charlie):
    start = free_starts(offer)[0]
    for colleague in colleagues:
        user = charlie if colleague.agenda_id == offer.agenda_id else alice
        book(user, colleague, start)
    from tests.factories import UserFactory

    late = UserFactory()
    PatientFactory(user=late)
    assert refusal_code(lambda: first(late, offer, start)) == "slot_taken"


def test_case_30_overlapping_windows_show_a_slot_once(offer):
    before = free_starts(offer)
    OpeningHoursFactory(agenda=offer.agenda)
    assert free_starts(offer) == before
