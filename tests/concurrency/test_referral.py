"""Colleagues of two practices and the desk of the one that receives, at the same second: one visit at one time."""

import pytest

from booking.models import Appointment, Referral
from booking.services.desk import book_at_desk
from booking.services.desk.referral import refer_patient
from core.access import Actor, Space
from patients.models import PatientRecord
from tests.concurrency.conftest import free_starts
from tests.concurrency.rivals import outcomes, race
from tests.concurrency.test_one_slot import assert_one_winner, overlaps
from tests.factories import BookableAgendaFactory, MembershipFactory, RecordFactory

pytestmark = pytest.mark.django_db(transaction=True)


def owner_of(practice):
    member = MembershipFactory(practice=practice)
    return Actor(user_id=member.user_id, space=Space.PRACTICE, practice_id=practice.pk, strong=True)


def referral(offer, start):
    """One more practice with a patient of its own, about to send them at that time."""
    practice = BookableAgendaFactory().practice
    actor, file = owner_of(practice), RecordFactory(practice=practice)
    return lambda: refer_patient(
        actor=actor,
        record=file.uid,
        agenda=offer.agenda.uid,
        visit_reason=offer.visit_reason.uid,
        start=start,
        agreed=True,
    )


def test_rivals_for_a_time_kept_for_colleagues_make_one_visit(offer):
    start = free_starts(offer)[0]
    offer.online, offer.referrals = False, True
    offer.save()
    there = owner_of(offer.agenda.practice)
    record = RecordFactory(practice=offer.agenda.practice)
    before = PatientRecord.objects.filter(practice=offer.agenda.practice).count()
    desk = [
        lambda: book_at_desk(
            actor=there,
            record=record.uid,
            agenda=offer.agenda.uid,
            visit_reason=offer.visit_reason.uid,
            start=start,
        )
    ] * 2

    found = outcomes(race([*(referral(offer, start) for _ in range(5)), *desk]))

    assert_one_winner(found, 7)
    assert overlaps() == 0
    sent = Referral.objects.count()
    assert sent == Appointment.objects.filter(channel="referral").count()
    # Who lost left no file behind.
    assert PatientRecord.objects.filter(practice=offer.agenda.practice).count() == before + sent
