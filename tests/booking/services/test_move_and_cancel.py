"""Moving keeps the old hour on any refusal; cancelling always frees it."""

from datetime import timedelta

import pytest
import time_machine
from django.http import Http404

from booking.enums import Status
from booking.models import Appointment
from booking.selectors.offers import find_offers
from booking.services.appointments import cancel_appointment, reschedule_appointment
from booking.services.restore import restore_appointment
from core import clock
from core.access import Actor, Space
from core.models import AuditEvent, Job
from notifications.models import Message
from practitioners.enums import Role
from tests.booking.conftest import actor_of, another_offer, book, free_starts, refusal_code
from tests.factories import (
    AgendaFactory,
    AgendaReasonFactory,
    GuardianshipFactory,
    MembershipFactory,
    OpeningHoursFactory,
    PatientFactory,
)

pytestmark = pytest.mark.django_db


def move(user, visit, start, **more):
    return reschedule_appointment(actor=actor_of(user), appointment=visit.uid, start=start, **more)


def test_case_44_moving_onto_its_own_time_changes_and_tells_nothing(offer, alice):
    visit = book(alice, offer, free_starts(offer)[0])
    before = Message.objects.count()
    same = move(alice, visit, visit.start_at)
    assert (same.revision, Message.objects.count()) == (0, before)


def test_case_44_moving_over_its_own_old_time_is_allowed(offer, alice):
    long = another_offer(offer, duration_minutes=40)
    starts = free_starts(long)
    visit = book(alice, long, starts[0])
    moved = move(alice, visit, starts[0] + timedelta(minutes=20))
    assert moved.start_at == starts[0] + timedelta(minutes=20)
    assert moved.end_at - moved.start_at == timedelta(minutes=40)


def test_case_44_moving_to_a_taken_time_keeps_the_old_one(offer, alice, charlie):
    starts = free_starts(offer)
    visit = book(alice, offer, starts[0])
    book(charlie, offer, starts[1])
    assert refusal_code(lambda: move(alice, visit, starts[1])) == "slot_taken"
    visit.refresh_from_db()
    assert (visit.start_at, visit.revision) == (starts[0], 0)


def test_case_29_a_reason_changed_after_booking_leaves_the_booking_as_it_was(offer, alice):
    starts = free_starts(offer)
    visit = book(alice, offer, starts[0])
    offer.duration_minutes, offer.price_cents = 40, 9900
    offer.save()
    offer.visit_reason.name = "Autre nom"
    offer.visit_reason.save()
    moved = move(alice, visit, starts[4])
    assert moved.end_at - moved.start_at == timedelta(minutes=20)
    assert (moved.reason_name, moved.price_cents) == ("Consultation", None)


def test_case_5_moving_across_the_clock_change_keeps_the_length(offer, alice):
    with time_machine.travel("2027-03-20T09:00:00+00:00", tick=False):
        before = free_starts(offer)[0]
        visit = book(alice, offer, before)
        after = next(start for start in free_starts(offer, days=15) if start.date().isoformat() > "2027-03-28")
        moved = move(alice, visit, after)
    assert moved.end_at - moved.start_at == timedelta(minutes=20)
    assert moved.start_at.hour == before.hour - 1


def test_moving_after_the_cut_off_is_refused_but_cancelling_works_and_is_late(offer, alice):
    starts = free_starts(offer)
    visit = book(alice, offer, starts[0])
    with time_machine.travel(visit.may_cancel_until + timedelta(minutes=1), tick=False):
        assert refusal_code(lambda: move(alice, visit, starts[-1])) == "cutoff_passed"
        cancelled = cancel_appointment(actor=actor_of(alice), appointment=visit.uid)
    assert (cancelled.status, cancelled.cancelled_late) == (Status.CANCELLED_BY_PATIENT, True)


def test_case_46_cancelling_then_booking_the_same_slot_again(offer, alice):
    start = free_starts(offer)[0]
    visit = book(alice, offer, start)
    cancel_appointment(actor=actor_of(alice), appointment=visit.uid)
    again = book(alice, offer, start)
    assert again.pk != visit.pk
    assert Appointment.objects.filter(start_at=start, status=Status.BOOKED).count() == 1


def test_case_46_cancelling_twice_is_refused_the_second_time(offer, alice):
    visit = book(alice, offer, free_starts(offer)[0])
    cancel_appointment(actor=actor_of(alice), appointment=visit.uid)
    assert refusal_code(lambda: cancel_appointment(actor=actor_of(alice), appointment=visit.uid)) == "already_cancelled"


def test_case_46_restoring_is_the_practices_and_refused_when_the_slot_was_taken(offer, alice, charlie):
    owner = MembershipFactory(practice=offer.agenda.practice, role=Role.OWNER).user
    desk = Actor(user_id=owner.pk, space=Space.PRACTICE, practice_id=offer.agenda.practice_id, strong=True)
    start = free_starts(offer)[0]
    visit = book(alice, offer, start)
    cancel_appointment(actor=actor_of(alice), appointment=visit.uid)
    with pytest.raises(Http404):
        restore_appointment(actor=actor_of(alice), appointment=visit.uid)
    rival = book(charlie, offer, start)
    assert refusal_code(lambda: restore_appointment(actor=desk, appointment=visit.uid)) == "slot_taken"
    cancel_appointment(actor=actor_of(charlie), appointment=rival.uid)
    assert restore_appointment(actor=desk, appointment=visit.uid).status == Status.BOOKED


def test_a_past_visit_is_neither_moved_nor_cancelled(offer, alice):
    starts = free_starts(offer)
    visit = book(alice, offer, starts[0])
    with time_machine.travel(visit.end_at + timedelta(hours=1), tick=False):
        assert refusal_code(lambda: move(alice, visit, starts[-1])) == "already_past"
        assert refusal_code(lambda: cancel_appointment(actor=actor_of(alice), appointment=visit.uid)) == "already_past"


def test_a_strangers_visit_is_not_found(offer, alice, charlie):
    starts = free_starts(offer)
    visit = book(alice, offer, starts[0])
    with pytest.raises(Http404):
        move(charlie, visit, starts[1])
    with pytest.raises(Http404):
        cancel_appointment(actor=actor_of(charlie), appointment=visit.uid)


def test_case_51_each_change_asks_for_a_fresh_next_start_in_its_own_transaction(offer, alice, charlie):
    starts = free_starts(offer)
    book(charlie, offer, starts[1])
    Job.objects.all().delete()
    visit = book(alice, offer, starts[0])
    assert Job.objects.filter(kind="booking.refresh_listings").count() == 1
    Job.objects.all().delete()
    assert refusal_code(lambda: move(alice, visit, starts[1])) == "slot_taken"
    assert not Job.objects.exists()
    cancel_appointment(actor=actor_of(alice), appointment=visit.uid)
    assert Job.objects.filter(kind="booking.refresh_listings").count() == 1


def test_each_verb_writes_one_row_of_the_journal(offer, alice):
    starts = free_starts(offer)
    visit = book(alice, offer, starts[0])
    move(alice, visit, starts[1])
    cancel_appointment(actor=actor_of(alice), appointment=visit.uid)
    actions = AuditEvent.objects.filter(target_id=visit.pk).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["booking.book", "booking.reschedule", "booking.cancel"]


def test_a_guardian_whose_right_ended_sees_the_visit_no_more(offer, alice):
    child = PatientFactory()
    right = GuardianshipFactory(user=alice, patient=child)
    visit = book(alice, offer, free_starts(offer)[0], patient=child.uid)
    right.ends_at = clock.now()
    right.save()
    with pytest.raises(Http404):
        cancel_appointment(actor=actor_of(alice), appointment=visit.uid)


def colleague_of(offer, **more):
    """The same reason at another agenda of the practice."""
    agenda = AgendaFactory(practice=offer.agenda.practice, **more)
    OpeningHoursFactory(agenda=agenda)
    AgendaReasonFactory(agenda=agenda, visit_reason=offer.visit_reason)
    return find_offers(offer.visit_reason.uid, [agenda.uid])[0]


def test_moving_does_not_reach_an_agenda_closed_to_the_person(offer, alice):
    closed = colleague_of(offer, accepts_new_patients=False)
    visit, start = book(alice, offer, free_starts(offer)[0]), free_starts(closed)[1]
    assert refusal_code(lambda: book(alice, closed, start)) == "new_patients_refused"
    assert refusal_code(lambda: move(alice, visit, start, agenda=closed.agenda.uid)) == "new_patients_refused"
    visit.refresh_from_db()
    assert visit.agenda_id == offer.agenda_id


def test_moving_at_the_same_agenda_goes_on_when_it_closes_to_new_patients(offer, alice):
    visit, start = book(alice, offer, free_starts(offer)[0]), free_starts(offer)[1]
    offer.agenda.accepts_new_patients = False
    offer.agenda.save()
    assert move(alice, visit, start).start_at == start


def test_a_person_blocked_since_does_not_move_online_but_still_cancels(offer, alice):
    visit, start = book(alice, offer, free_starts(offer)[0]), free_starts(offer)[1]
    visit.record.blocked_at = clock.now()
    visit.record.save()
    assert refusal_code(lambda: move(alice, visit, start)) == "blocked"
    assert cancel_appointment(actor=actor_of(alice), appointment=visit.uid).is_cancelled


def test_moving_nearer_to_another_visit_meets_the_limit_of_booking(offer, alice):
    offer.agenda.repeat_limit_days = 10
    offer.agenda.save()
    starts = free_starts(offer, days=15)
    visit = book(alice, offer, starts[0])
    far = next(start for start in starts if start - visit.start_at >= timedelta(days=10))
    other = book(alice, offer, far)
    nearer = next(start for start in free_starts(offer) if start.date() > visit.start_at.date())
    assert refusal_code(lambda: move(alice, other, nearer)) == "limit_reached"
    # Two visits that are near each other already, as the desk wrote them, may still be moved by a little.
    offer.agenda.repeat_limit_days = 40
    offer.agenda.save()
    assert move(alice, other, nearer).start_at == nearer
