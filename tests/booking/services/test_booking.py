"""Booking, moving and cancelling through the services."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.enums import Status
from booking.exceptions import Refusal
from booking.models import Appointment
from booking.selectors.availability import availability
from booking.selectors.offers import find_offers
from booking.services._booking import Wish
from booking.services.appointments import book_appointment, cancel_appointment, reschedule_appointment
from booking.services.holds import hold_slot
from core import clock
from core.access import Actor, Space
from core.models import AuditEvent
from notifications.testing import deliver_all
from tests.factories import BookableAgendaFactory, PatientFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer():
    agenda = BookableAgendaFactory()
    return find_offers(agenda.reasons.get().visit_reason.uid, [agenda.uid])[0]


@pytest.fixture
def alice():
    user = UserFactory(email="alice@prendsoin.example")
    PatientFactory(user=user, first_name="Alice", birth_name="Fontaine")
    return user


def actor_of(user, session="a" * 64):
    return Actor(user_id=user.pk, space=Space.PATIENT, session=session, ip="127.0.0.1")


def free_starts(offer, days=7):
    today = clock.today(ZoneInfo(offer.agenda.location.timezone))
    found = availability([offer], first_day=today + timedelta(days=1), days=days)
    return [slot.start for _, slots in found.days for slot in slots]


def book(user, offer, start, **wish):
    return book_appointment(
        actor=actor_of(user),
        agenda=offer.agenda.uid,
        visit_reason=offer.visit_reason.uid,
        start=start,
        wish=Wish(patient=user.patient.uid, **wish),
    )


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
    visitor = Actor(user_id=None, space=None, session="b" * 64, ip="127.0.0.1")
    held = hold_slot(actor=visitor, agenda=offer.agenda.uid, visit_reason=offer.visit_reason.uid, start=start)
    assert start not in free_starts(offer)
    visit = book_appointment(
        actor=actor_of(alice, session="b" * 64),
        agenda=offer.agenda.uid,
        visit_reason=offer.visit_reason.uid,
        start=start,
        hold=held.uid,
        wish=Wish(patient=alice.patient.uid),
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
