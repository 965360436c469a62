"""The same person or the same request twice at the same moment."""

from uuid import uuid4

import pytest

from booking.models import Appointment
from booking.services import appointments
from core.idempotency import Claim
from notifications.models import Message
from patients.models import PatientRecord
from tests.concurrency.conftest import book, free_starts
from tests.concurrency.rivals import outcomes, race

pytestmark = pytest.mark.django_db(transaction=True)


def test_case_42_same_request_sent_many_times_is_one_visit_and_one_message(offer, people):
    (actor,) = people(1)
    start = free_starts(offer)[0]
    claim = Claim(key=str(uuid4()), operation="POST book", body_hash="0" * 64)
    results = race([lambda: book(actor, offer, start, claim=claim) for _ in range(12)])
    assert outcomes(results) == {"ok": 12}
    assert len({visit.pk for visit in results}) == 1
    assert Appointment.objects.count() == 1
    assert Message.objects.filter(kind="booking.confirmed", channel="email").count() == 1


def test_case_43_one_per_specialty_holds_in_two_tabs(offer, people):
    offer.agenda.repeat_limit_days = 6
    offer.agenda.save()
    (actor,) = people(1)
    starts = free_starts(offer)[:6]
    results = race([lambda start=start: book(actor, offer, start) for start in starts])
    assert outcomes(results) == {"ok": 1, "limit_reached": 5}


def test_case_43_two_tabs_pass_the_limit_when_the_patient_is_not_locked(offer, people, monkeypatch):
    """The guard is needed: with another performer, only the lock of the patient serialises the two bookings."""
    from threading import Barrier

    from booking.selectors.offers import find_offers
    from booking.services import _booking
    from tests.factories import BookableAgendaFactory

    other_agenda = BookableAgendaFactory(practitioner__specialty=offer.agenda.practitioner.specialty)
    other = find_offers(other_agenda.reasons.get().visit_reason.uid, [other_agenda.uid])[0]
    for agenda in (offer.agenda, other.agenda):
        agenda.repeat_limit_days = 6
        agenda.save()
    (actor,) = people(1)
    acts = [
        lambda: book(actor, offer, free_starts(offer)[0]),
        lambda: book(actor, other, free_starts(other)[0]),
    ]
    write, together = _booking._write.place, Barrier(2)

    def place_together(*args, **kwargs):
        together.wait(20)
        return write(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(appointments, "lock_booking", lambda **ids: None)
        patch.setattr(_booking._write, "place", place_together)
        assert outcomes(race(acts)) == {"ok": 2}
    Appointment.objects.all().delete()
    assert outcomes(race(acts)) == {"ok": 1, "limit_reached": 1}


def test_first_visits_of_one_patient_at_once_open_one_file(offer, people):
    (actor,) = people(1)
    starts = free_starts(offer)[:6]
    results = race([lambda start=start: book(actor, offer, start) for start in starts])
    assert outcomes(results) == {"ok": 6}
    assert PatientRecord.objects.count() == 1
