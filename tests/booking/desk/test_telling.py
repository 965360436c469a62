"""Who is told of what the desk does, when, and who must be called."""

from datetime import timedelta

import pytest
import time_machine

from booking.enums import Status, TaskKind
from booking.models import Task
from booking.selectors.reach import who_cannot_be_told
from booking.services.appointments import cancel_appointment
from booking.services.desk import book_at_desk, cancel_at_desk, move_at_desk, stretch_at_desk, undo_change
from core import clock
from notifications.testing import deliver_all
from patients.enums import Level
from practitioners.enums import Discretion
from tests.booking.conftest import refusal_code
from tests.booking.desk.desk_acts import at_hour, caller, put
from tests.desk import statements
from tests.factories import (
    AppointmentFactory,
    ChildFactory,
    GuardianshipFactory,
    PatientFactory,
    RecordFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

SIX_MINUTES = timedelta(minutes=6)
PHONE = "+33639980001"


def all_sent():
    """What is sent now and within six minutes."""
    sent = deliver_all()
    with time_machine.travel(clock.now() + SIX_MINUTES, tick=False):
        return [*sent, *deliver_all()]


def told(address):
    """What this address is sent within six minutes from now."""
    return [one for one in all_sent() if one.to == address]


def test_a_caller_without_an_account_gets_an_email_and_an_sms_with_no_reason_in_them(desk):
    visit = put(desk, at_hour(desk.agenda, 10), record=caller(desk, phone=PHONE), internal_note="interprète")
    sent = [one for one in all_sent() if one.to in ("appel@prendsoin.example", PHONE)]
    letter, text = sorted(sent, key=lambda one: one.to, reverse=True)
    said = f"{letter.subject} {letter.text} {letter.html} {text.text}"
    assert "à 10\xa0h" in said
    assert desk.agenda.location.street in letter.text
    for secret in (visit.reason_name, visit.specialty.name, "interprète", visit.record.birth_name, "/rendez-vous"):
        assert secret not in said
    assert letter.attachments == ()


def test_the_sms_to_a_caller_fits_what_an_sms_says(desk):
    put(desk, at_hour(desk.agenda, 10), record=caller(desk, email="", phone=PHONE))
    (text,) = told(PHONE)
    assert "RDV confirmé" in text.text
    assert "Moreau" not in text.text


def test_nothing_is_sent_before_five_minutes_and_the_desk_is_not_written_to_as_a_patient(desk):
    put(desk, at_hour(desk.agenda, 10))
    assert [one.to for one in deliver_all() if one.to == "appel@prendsoin.example"] == []
    assert told("sophie@prendsoin.example") == []


def test_tell_false_sends_nothing(desk):
    put(desk, at_hour(desk.agenda, 10), tell=False)
    assert told("appel@prendsoin.example") == []


def test_several_changes_give_one_message_with_the_final_time(desk):
    actor = desk.actor("sophie")
    visit = put(desk, at_hour(desk.agenda, 10), tell=False)
    for hour in (11, 12, 14):
        move_at_desk(actor=actor, appointment=visit.uid, start=at_hour(desk.agenda, hour))
    (letter,) = told("appel@prendsoin.example")
    assert letter.subject.startswith("Rendez-vous déplacé")
    assert "à 14\xa0h" in letter.subject


def test_moving_then_cancelling_gives_the_cancellation_alone(desk):
    actor = desk.actor("sophie")
    visit = put(desk, at_hour(desk.agenda, 10), tell=False)
    move_at_desk(actor=actor, appointment=visit.uid, start=at_hour(desk.agenda, 11))
    cancel_at_desk(actor=actor, appointment=visit.uid)
    (letter,) = told("appel@prendsoin.example")
    assert letter.subject.startswith("Rendez-vous annulé")


def test_booked_and_cancelled_before_anybody_was_told_says_nothing(desk):
    visit = put(desk, at_hour(desk.agenda, 10))
    cancel_at_desk(actor=desk.actor("sophie"), appointment=visit.uid)
    assert told("appel@prendsoin.example") == []


def test_moved_back_by_hand_says_nothing(desk):
    actor, start = desk.actor("sophie"), at_hour(desk.agenda, 10)
    visit = put(desk, start, tell=False)
    move_at_desk(actor=actor, appointment=visit.uid, start=at_hour(desk.agenda, 11))
    move_at_desk(actor=actor, appointment=visit.uid, start=start)
    assert told("appel@prendsoin.example") == []


def test_a_longer_visit_is_told(desk):
    visit = put(desk, at_hour(desk.agenda, 10), tell=False)
    stretch_at_desk(actor=desk.actor("sophie"), appointment=visit.uid, end=at_hour(desk.agenda, 11))
    assert len(told("appel@prendsoin.example")) == 1


def test_near_the_visit_the_desk_is_asked_and_telling_now_ends_the_undo(desk):
    actor = desk.actor("sophie")
    visit = put(desk, at_hour(desk.agenda, 10), tell=False)
    with time_machine.travel(visit.start_at - timedelta(minutes=90), tick=False):
        assert refusal_code(lambda: cancel_at_desk(actor=actor, appointment=visit.uid)) == "confirm_late_change"
        later = at_hour(desk.agenda, 15, days=0)
        waits = move_at_desk(actor=actor, appointment=visit.uid, start=later, tell_now=False)
        assert waits.tell_at == clock.now() + timedelta(minutes=5)
        assert [one for one in deliver_all() if one.to == visit.record.email] == []
        change = cancel_at_desk(actor=actor, appointment=visit.uid, tell_now=True)
        (letter,) = [one for one in deliver_all() if one.to == visit.record.email]
        assert letter.subject.startswith("Rendez-vous annulé")
        assert refusal_code(lambda: undo_change(actor=actor, change=change.uid)) == "undo_over"


def test_a_child_is_told_through_the_guardians_with_a_granted_right(desk):
    child = ChildFactory()
    granted, declared = UserFactory(), UserFactory()
    GuardianshipFactory(user=granted, patient=child, level=Level.GRANTED)
    GuardianshipFactory(user=declared, patient=child)
    put(desk, at_hour(desk.agenda, 10), record=RecordFactory(practice=desk.practice, patient=child))
    assert [one.to for one in all_sent() if one.to in (granted.email, declared.email)] == [granted.email]


def test_a_deceased_person_is_written_to_no_more(desk):
    visit = put(desk, at_hour(desk.agenda, 10))
    visit.record.deceased_on = clock.now().date()
    visit.record.save()
    assert told("appel@prendsoin.example") == []


def test_the_api_of_the_practice_tells_later_as_well(desk):
    patient = PatientFactory(user=UserFactory())
    visit = AppointmentFactory(agenda=desk.agenda, patient=patient, start_at=at_hour(desk.agenda, 10))
    cancel_appointment(actor=desk.actor("sophie"), appointment=visit.uid)
    assert [one for one in deliver_all() if one.to == patient.user.email] == []
    (letter,) = told(patient.user.email)
    assert letter.subject.startswith("Rendez-vous annulé")


def unreachable(desk, **more):
    return put(desk, more.pop("start", at_hour(desk.agenda, 10)), record=caller(desk, email="", **more))


def test_who_cannot_be_told_is_named_in_a_fixed_number_of_statements(desk):
    actor = desk.actor("martin")
    silent = [unreachable(desk)]
    silent[0].record.landline = "+33148970001"
    silent[0].record.save()
    _, one = statements(lambda: who_cannot_be_told(actor, silent))
    reached = put(desk, at_hour(desk.agenda, 11))
    child = PatientFactory()
    GuardianshipFactory(user=UserFactory(), patient=child, level=Level.GRANTED)
    visits = [
        AppointmentFactory(agenda=desk.agenda, patient=child, start_at=at_hour(desk.agenda, 12)),
        AppointmentFactory(agenda=desk.agenda, patient=PatientFactory(), start_at=at_hour(desk.agenda, 13)),
        AppointmentFactory(agenda=desk.elsewhere, patient=PatientFactory(), start_at=at_hour(desk.agenda, 14)),
    ]
    found, three = statements(lambda: who_cannot_be_told(actor, [*visits, reached, *silent]))
    assert found == [silent[0], visits[1]]
    assert three <= one + 2  # accounts and guardians are read only when there are any
    more = [
        AppointmentFactory(
            agenda=desk.agenda,
            patient=PatientFactory(user=UserFactory() if number % 2 else None),
            start_at=at_hour(desk.agenda, 10, days=2 + number),
        )
        for number in range(6)
    ]
    _, many = statements(lambda: who_cannot_be_told(actor, [*more, *visits, reached, *silent]))
    assert many <= three + 1


def calls(visit):
    return Task.objects.filter(appointment=visit, kind=TaskKind.TELL)


def test_a_patient_nobody_reaches_gives_one_call_taken_back_by_the_undo(desk):
    actor, visit = desk.actor("sophie"), unreachable(desk)
    assert not calls(visit).exists()
    first = move_at_desk(actor=actor, appointment=visit.uid, start=at_hour(desk.agenda, 11))
    second = move_at_desk(actor=actor, appointment=visit.uid, start=at_hour(desk.agenda, 12))
    assert calls(visit).count() == 1
    undo_change(actor=actor, change=second.uid)
    assert calls(visit).count() == 1
    undo_change(actor=actor, change=first.uid)
    assert not calls(visit).exists()


def test_a_call_made_is_not_taken_back_and_a_new_change_asks_for_another(desk):
    actor, visit = desk.actor("sophie"), unreachable(desk)
    cancel = cancel_at_desk(actor=actor, appointment=visit.uid)
    calls(visit).update(done_at=clock.now())
    undo_change(actor=actor, change=cancel.uid)
    visit.refresh_from_db()
    assert visit.status == Status.BOOKED
    assert calls(visit).filter(done_at__isnull=True).count() == 1
    assert calls(visit).filter(done_at__isnull=False).count() == 1


def test_a_reason_about_which_nothing_is_sent_is_told_by_a_call(desk):
    reason = desk.offer.visit_reason
    reason.discretion = Discretion.NOT_NOTIFIED
    reason.save()
    visit = put(desk, at_hour(desk.agenda, 10))
    move_at_desk(actor=desk.actor("sophie"), appointment=visit.uid, start=at_hour(desk.agenda, 11))
    assert told("appel@prendsoin.example") == []
    assert calls(visit).count() == 1


def test_booking_again_after_an_undone_booking_tells_once(desk):
    record = caller(desk)
    visit = put(desk, at_hour(desk.agenda, 10), record=record)
    change = visit.changes.get()
    undo_change(actor=desk.actor("sophie"), change=change.uid)
    book_at_desk(
        actor=desk.actor("sophie"),
        record=record.uid,
        agenda=desk.agenda.uid,
        visit_reason=desk.offer.visit_reason.uid,
        start=at_hour(desk.agenda, 10),
    )
    (letter,) = told(record.email)
    assert letter.subject.startswith("Rendez-vous confirmé")
    assert not calls(visit).exists()
