"""Booking, moving and cancelling through the services."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.enums import Status
from booking.exceptions import Refusal
from booking.models import Appointment
from booking.services.appointments import Wish, book_appointment, cancel_appointment, reschedule_appointment
from booking.services.holds import hold_slot
from booking.services.together import book_first_available
from core import locks
from core.models import AuditEvent
from notifications.testing import deliver_all
from tests.booking.conftest import actor_of, book, free_starts, visitor
from tests.factories import AppointmentFactory, PatientFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_booking_writes_the_visit_its_audit_and_its_messages(offer, alice):
    start = free_starts(offer)[0]
    visit = book(alice, offer, start, note="Bonjour")
    visit.refresh_from_db()
    assert (visit.status, visit.start_at, visit.note) == (Status.BOOKED, start, "Bonjour")
    assert visit.end_at - visit.start_at == timedelta(minutes=20)
    assert AuditEvent.objects.filter(action="booking.book", target_id=visit.pk).count() == 1
    sent = deliver_all()
    assert [envelope.to for envelope in sent] == ["alice@prendsoin.example"]
    assert start not in free_starts(offer)


def test_booked_start_is_refused_with_three_others(offer, alice):
    start = free_starts(offer)[0]
    book(alice, offer, start)
    other = UserFactory()
    PatientFactory(user=other)
    with pytest.raises(Refusal) as refused:
        book(other, offer, start)
    assert refused.value.code == "slot_taken"
    assert refused.value.status == 409
    assert len(refused.value.details["alternatives"]) == 3
    json.dumps(refused.value.details)


def test_hold_becomes_the_booking_in_place(offer, alice):
    start = free_starts(offer)[0]
    held = hold_slot(actor=visitor(), agenda=offer.agenda.uid, visit_reason=offer.visit_reason.uid, start=start)
    assert start not in free_starts(offer)
    visit = book_appointment(
        actor=actor_of(alice, session="b" * 64),
        agenda=offer.agenda.uid,
        visit_reason=offer.visit_reason.uid,
        start=start,
        hold=held.uid,
        wish=Wish(),
    )
    assert visit.pk == held.pk
    assert Appointment.objects.count() == 1


def test_move_keeps_the_length_and_raises_the_revision(offer, alice):
    first, second = free_starts(offer)[:2]
    visit = book(alice, offer, first)
    moved = reschedule_appointment(actor=actor_of(alice), appointment=visit.uid, start=second)
    assert (moved.pk, moved.start_at, moved.revision) == (visit.pk, second, 1)
    assert first in free_starts(offer)


def test_cancel_frees_the_slot_and_tells_the_patient(offer, alice):
    start = free_starts(offer)[0]
    visit = book(alice, offer, start)
    cancelled = cancel_appointment(actor=actor_of(alice), appointment=visit.uid, reason="empêchement")
    assert cancelled.status == Status.CANCELLED_BY_PATIENT
    assert not cancelled.cancelled_late
    assert start in free_starts(offer)
    assert [envelope.subject[:18] for envelope in deliver_all()] == ["Rendez-vous annulé"]


def test_case_10_seconds_of_a_start_are_never_written(offer, alice, charlie):
    """« 09:00:30 » is 09:00: written as it was sent, it would lie across two hours of the list."""
    start, later = free_starts(offer)[0], free_starts(offer)[3]
    askew = {"seconds": 30, "microseconds": 5}
    ids = {"agenda": offer.agenda.uid, "visit_reason": offer.visit_reason.uid}
    assert hold_slot(actor=visitor(), **ids, start=later + timedelta(**askew)).start_at == later
    visit = book(alice, offer, start + timedelta(**askew))
    assert (visit.start_at, visit.end_at) == (start, start + timedelta(minutes=20))
    target = free_starts(offer)[0]
    moved = reschedule_appointment(actor=actor_of(alice), appointment=visit.uid, start=target + timedelta(**askew))
    assert moved.start_at == target
    wish, first = Wish(patient=charlie.patient.uid), free_starts(offer)[0] + timedelta(**askew)
    booked = book_first_available(actor=actor_of(charlie), visit_reason=offer.visit_reason.uid, start=first, wish=wish)
    assert booked.start_at == first - timedelta(**askew)


def test_limit_shows_the_visit_in_the_way_on_the_clock_of_its_place(offer, alice):
    offer.agenda.repeat_limit_days = 30
    offer.agenda.save()
    starts = free_starts(offer)
    visit = book(alice, offer, starts[0])
    with pytest.raises(Refusal) as refused:
        book(alice, offer, starts[1])
    (shown,) = refused.value.details["existing"]
    local = starts[0].astimezone(ZoneInfo("Europe/Paris")).isoformat()
    assert shown == {"id": str(visit.uid), "start": local, "timezone": "Europe/Paris"}


@pytest.fixture
def somebody_before(monkeypatch):
    """Somebody else is writing to every agenda; whoever waits for them is noted."""
    waited = []
    monkeypatch.setattr(locks, "take_at_once", lambda *wanted: False)
    monkeypatch.setattr(locks, "take", lambda *wanted: waited.append(wanted))
    return waited


def test_taken_slot_is_refused_without_waiting(offer, alice, somebody_before):
    start = free_starts(offer)[0]
    AppointmentFactory(agenda=offer.agenda, start_at=start - timedelta(minutes=10), end_at=start + timedelta(minutes=5))
    with pytest.raises(Refusal) as refused:
        book(alice, offer, start)
    assert (refused.value.code, somebody_before) == ("slot_taken", [])
    assert len(refused.value.details["alternatives"]) == 3


def test_free_slot_is_waited_for(offer, alice, somebody_before):
    first, second = free_starts(offer)[:2]
    AppointmentFactory(agenda=offer.agenda, start_at=first, end_at=second)
    hold_slot(actor=actor_of(alice), agenda=offer.agenda.uid, visit_reason=offer.visit_reason.uid, start=second)
    somebody_before.clear()
    assert book(alice, offer, second).status == Status.BOOKED
    assert len(somebody_before) == 1
