"""Reminders are written with the visit, die with its revision, and follow the practice's plan."""

from datetime import timedelta

import pytest
import time_machine

from booking.enums import Status
from booking.models import ReminderPlan
from booking.reminders import DEFAULT, plan_of, rows_of
from booking.selectors.reminder_plans import plan_for
from booking.services.appointments import cancel_appointment, reschedule_appointment
from booking.services.reminders import plan_reminders
from core import clock
from notifications.models import Message
from notifications.services.preferences import set_reminders
from practitioners.enums import Discretion
from tests.booking.conftest import actor_of, book, free_starts
from tests.booking.reminders.conftest import keep_plan, planned, said
from tests.factories import AppointmentFactory, RecordFactory

pytestmark = pytest.mark.django_db

TWO_HOURS = [{"channel": "sms", "minutes": 120}]


def start_on(offer, day, hour=None):
    """A free start of that day of November, at that hour of UTC."""
    starts = [one for one in free_starts(offer, days=45) if one.day == day and one.month == 11]
    return next(one for one in starts if hour is None or one.hour == hour)


def test_a_visit_two_weeks_ahead_has_its_three_reminders(offer, alice):
    visit = book(alice, offer, start_on(offer, 24))

    assert said(planned(visit)) == ["email 17/11 14:00", "sms 22/11 14:00", "email 23/11 14:00"]
    assert all(row.due_at < row.expires_at <= visit.start_at for row in planned(visit))
    assert {row.user_id for row in planned(visit)} == {alice.pk}


def test_planning_again_writes_nothing_more(offer, alice):
    visit = book(alice, offer, start_on(offer, 24))
    before = Message.objects.count()

    plan_reminders(visit)

    assert Message.objects.count() == before


def test_case_53_a_move_calls_the_old_ones_back_and_plans_anew_twice(offer, alice):
    visit = book(alice, offer, start_on(offer, 24))

    for day in (26, 27):
        visit = reschedule_appointment(actor=actor_of(alice), appointment=visit.uid, start=start_on(offer, day))

    assert said(planned(visit)) == ["email 20/11 14:00", "sms 25/11 14:00", "email 26/11 14:00"]
    assert {row.revision for row in planned(visit)} == {2}
    assert Message.objects.filter(kind="booking.reminder", state="cancelled").count() == 6


def test_a_cancelled_visit_has_no_reminder_left(offer, alice):
    visit = book(alice, offer, start_on(offer, 24))
    cancel_appointment(actor=actor_of(alice), appointment=visit.uid)

    assert planned(visit) == []


def test_case_52_booked_on_the_eve_only_the_hours_before_remain(offer, alice):
    keep_plan(offer.agenda.practice_id, [*TWO_HOURS, {"channel": "email", "days": 1, "at": "15:00"}])
    start = start_on(offer, 12, hour=14)
    with time_machine.travel(start - timedelta(hours=22), tick=False):
        visit = book(alice, offer, start)

    assert said(planned(visit)) == ["sms 12/11 12:00"]


def test_the_most_precise_plan_holds(offer, alice):
    visit = book(alice, offer, start_on(offer, 24))
    practice, agenda, reason = visit.practice_id, visit.agenda_id, visit.visit_reason_id
    assert plan_for(visit) == DEFAULT

    for minutes, level in enumerate(
        ({}, {"agenda": agenda}, {"visit_reason": reason}, {"agenda": agenda, "visit_reason": reason}), start=60
    ):
        keep_plan(practice, [{"channel": "sms", "minutes": minutes}], **level)
        (step,) = plan_for(visit)
        assert step.minutes == minutes
    keep_plan(practice, [], agenda=agenda, visit_reason=reason)
    assert plan_for(visit) == ()
    assert ReminderPlan.objects.count() == 4


def test_a_plan_of_another_practice_agenda_or_reason_changes_nothing(offer, alice):
    other = AppointmentFactory()
    keep_plan(other.practice_id, TWO_HOURS)
    keep_plan(offer.agenda.practice_id, TWO_HOURS, agenda=other.agenda_id)
    keep_plan(offer.agenda.practice_id, TWO_HOURS, visit_reason=other.visit_reason_id)

    visit = book(alice, offer, start_on(offer, 24))

    assert plan_for(visit) == DEFAULT


def test_a_malformed_plan_is_refused_and_the_old_one_stays(offer):
    keep_plan(offer.agenda.practice_id, TWO_HOURS)
    with pytest.raises(ValueError, match="quiet"):
        keep_plan(offer.agenda.practice_id, [{"channel": "sms", "days": 1, "at": "23:00"}])
    assert ReminderPlan.objects.get().steps == rows_of(plan_of(TWO_HOURS))


def test_quiet_hours_are_those_the_person_lives_by(offer, alice):
    keep_plan(offer.agenda.practice_id, [{"channel": "email", "minutes": 1440}])
    start = start_on(offer, 24, hour=8)
    visit = book(alice, offer, start)
    assert said(planned(visit)) == ["email 23/11 08:00"]

    set_reminders(actor=actor_of(alice), by_email=True, by_sms=True, timezone="America/Martinique")
    cancel_appointment(actor=actor_of(alice), appointment=visit.uid)
    visit = book(alice, offer, start)

    # 4:00 in Martinique: eight o'clock there is noon, UTC.
    assert said(planned(visit)) == ["email 23/11 12:00"]


def test_a_reason_about_which_nothing_is_sent_has_no_reminder(offer, alice):
    offer.visit_reason.discretion = Discretion.NOT_NOTIFIED
    offer.visit_reason.save()

    assert planned(book(alice, offer, start_on(offer, 24))) == []


def test_a_person_without_an_account_is_reminded_at_the_address_of_the_file(offer):
    record = RecordFactory(practice=offer.agenda.practice, patient=None, email="appel@prendsoin.example", phone="")
    visit = AppointmentFactory(agenda=offer.agenda, record=record, start_at=start_on(offer, 24))

    plan_reminders(visit)

    assert said(planned(visit)) == ["email 17/11 14:00", "email 23/11 14:00"]
    assert {row.address for row in planned(visit)} == {"appel@prendsoin.example"}


@pytest.mark.parametrize("change", [{"status": Status.SEEN}, {"start_at": None}])
def test_a_visit_that_is_over_is_not_planned(offer, change):
    record = RecordFactory(practice=offer.agenda.practice, patient=None, email="appel@prendsoin.example")
    start = start_on(offer, 24) if change.get("status") else clock.now() - timedelta(hours=1)
    visit = AppointmentFactory(
        agenda=offer.agenda, record=record, start_at=start, status=change.get("status", Status.BOOKED)
    )

    plan_reminders(visit)

    assert planned(visit) == []
